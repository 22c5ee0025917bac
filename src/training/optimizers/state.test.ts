import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { normal } from '../../../test/support/on-backends.ts';
import { device } from '../backend/device.ts';
import { kernel } from '../kernels/kernel-table.ts';
import { Pack, Unpack, type UnpackAttributes } from '../ops/pack.ts';
import { adam } from './adam.ts';
import { adamw } from './adamw.ts';
import type { Optimizer, OptimizerState } from './optimizer.ts';
import { rmsprop } from './rmsprop.ts';
import { sgd } from './sgd.ts';

const optimizers: Readonly<Record<string, () => Optimizer>> = {
  adam: () => adam({ learningRate: 0.05, weightDecay: 0.1 }),
  adamw: () => adamw({ learningRate: 0.05, weightDecay: 0.1 }),
  'rmsprop with all': () => rmsprop({ momentum: 0.5, centered: true, weightDecay: 0.1 }),
  rmsprop: () => rmsprop(),
  sgd: () => sgd({ learningRate: 0.05, momentum: 0.9, dampening: 0.3, weightDecay: 0.1 }),
  'sgd without momentum': () => sgd({ learningRate: 0.05 }),
};
const shapes = [[3, 5], [7], [2, 2, 2, 3], [], [301], [1, 4]];

/** Packing by stock ops, for backends without kernels for it. */
const packingKernels: Readonly<Record<string, tf.KernelFunc>> = {
  [Pack]: kernel<readonly tf.Tensor[], unknown>(({ inputs }) =>
    tf.tidy(() => tf.concat(inputs.map((tensor) => tf.reshape(tensor, [-1])))),
  ),
  [Unpack]: kernel<{ x: tf.Tensor }, UnpackAttributes>(({ inputs: { x }, attrs: { shapes } }) =>
    tf.tidy(() => {
      const sizes = shapes.map((shape) => shape.reduce((size, length) => size * length, 1));
      return tf.split(x, sizes).map((part, at) => tf.reshape(part, [...(shapes[at] as readonly number[])]));
    }),
  ),
};

/** Takes steps, on a backend that packs variables or not; each step's gradients differ. */
function train(optimizer: Optimizer, variables: readonly tf.Variable[], steps: readonly number[], packs = false): void {
  const backendName = tf.getBackend();
  for (const [kernelName, kernelFunc] of Object.entries(packs ? packingKernels : {})) {
    tf.registerKernel({ kernelName, backendName, kernelFunc });
  }
  for (const step of steps) {
    tf.tidy(() => {
      const target = Math.sin(step);
      optimizer.apply(variables, Object.fromEntries(variables.map((each) => [each.name, tf.sub(each, target)])));
    });
  }
  for (const kernelName of Object.keys(packs ? packingKernels : {})) tf.unregisterKernel(kernelName, backendName);
}

const startingVariables = (): tf.Variable[] =>
  tf.tidy(() => shapes.map((shape) => tf.variable(tf.tensor(normal(shape, 3).values, [...shape]))));

const numbersOf = (variables: readonly tf.Variable[]): Float32Array[] =>
  variables.map((variable) => Float32Array.from(variable.dataSync()));

function assign(variables: readonly tf.Variable[], numbers: readonly Float32Array[]): void {
  tf.tidy(() => {
    for (const [at, variable] of variables.entries()) {
      variable.assign(tf.tensor((numbers[at] as Float32Array).slice(), variable.shape));
    }
  });
}

const [early, late] = [
  [0, 1, 2, 3, 4, 5],
  [6, 7, 8, 9, 10],
];
const packings = [
  { packs: false, thenPacks: false },
  { packs: true, thenPacks: true },
  { packs: false, thenPacks: true },
  { packs: true, thenPacks: false },
];
const cases = (['cpu', 'wasm'] as const).flatMap((backend) =>
  Object.keys(optimizers).flatMap((name) => packings.map((each) => ({ backend, name, ...each }))),
);

describe('the state of an optimizer', () => {
  test.each(cases)('goes on bit for bit: $name on $backend, packed $packs, then $thenPacks', async (each) => {
    await device({ backend: each.backend });
    const before = tf.memory().numTensors;
    const build = optimizers[each.name] as () => Optimizer;
    const variables = startingVariables();
    const optimizer = build();
    train(optimizer, variables, early, each.packs);
    const state = await optimizer.state();
    const weights = numbersOf(variables);
    train(optimizer, variables, late, each.packs);
    const expected = numbersOf(variables);

    // Another optimizer, and a model built again, whose variables have other names.
    const others = startingVariables();
    const other = build();
    assign(others, weights);
    other.learningRate = 17;
    other.restore(state);
    expect(await other.state()).toEqual(state);
    train(other, others, late, each.thenPacks);
    expect(numbersOf(others)).toEqual(expected);

    // Back in time, with the weights assigned anew.
    assign(variables, weights);
    optimizer.restore(state);
    train(optimizer, variables, late, each.packs);
    expect(numbersOf(variables)).toEqual(expected);

    optimizer.dispose();
    other.dispose();
    tf.dispose([variables, others]);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('is plain data by name: the learning rate, the steps taken, the numbers beside each weight', async () => {
    await device({ backend: 'wasm' });
    const weight = tf.variable(tf.zeros([2]), true, 'weight');
    const bias = tf.variable(tf.zeros([]), true, 'bias');
    const optimizer = sgd({ learningRate: 0.5, momentum: 0.5 });
    expect(await optimizer.state()).toEqual({ kind: 'sgd', learningRate: 0.5, step: 0, variables: {} });
    const gradients = { weight: tf.tensor1d([1, 2]), bias: tf.scalar(4) };
    optimizer.apply([weight, bias], gradients);
    optimizer.learningRate = 0.25;
    optimizer.apply([weight, bias], gradients);
    const state = await optimizer.state();
    expect(state).toEqual({
      kind: 'sgd',
      learningRate: 0.25,
      step: 2,
      variables: { weight: [Float32Array.of(1.5, 3)], bias: [Float32Array.of(6)] },
    });
    expect([...weight.dataSync(), ...bias.dataSync()]).toEqual([-0.875, -1.75, -3.5]);

    // Variables known by name, in any order, and not all at once.
    const other = sgd({ momentum: 0.5 });
    other.restore(state);
    other.apply([bias], gradients);
    expect((await other.state()).variables).toEqual({ weight: [Float32Array.of(1.5, 3)], bias: [Float32Array.of(7)] });
    other.apply([bias, weight], gradients);
    expect((await other.state()).variables.weight).toEqual([Float32Array.of(1.75, 3.5)]);
    optimizer.dispose();
    other.dispose();
    tf.dispose([weight, bias, gradients]);
  });

  test('is refused in a line where it does not fit', async () => {
    await device({ backend: 'cpu' });
    const variables = [tf.variable(tf.zeros([3]), true, 'a'), tf.variable(tf.zeros([2]), true, 'b')];
    const gradients = { a: tf.ones([3]), b: tf.ones([2]) };
    const stateOf = (parts: OptimizerState['variables']): OptimizerState => ({
      learningRate: 1,
      step: 1,
      variables: parts,
    });
    const optimizer = sgd();
    const apply = (state: OptimizerState) => () => {
      optimizer.restore(state);
      optimizer.apply(variables, gradients);
    };
    const velocity = (length: number): Float32Array[] => [new Float32Array(length)];
    expect(apply(stateOf({ a: [...velocity(3), ...velocity(3)] }))).toThrowErrorMatchingInlineSnapshot(
      `[HpoError: the optimizer cannot take this state: it keeps 2 numbers for each weight of 'a', this one 1; restore it into an optimizer of the same kind.]`,
    );
    expect(apply(stateOf({ a: velocity(3) }))).toThrowErrorMatchingInlineSnapshot(
      `[HpoError: the optimizer cannot take this state: variables in it: 1, trained by the model: 2; build the model as it was when the state was taken.]`,
    );
    expect(apply(stateOf({ a: velocity(3), c: velocity(4) }))).toThrowErrorMatchingInlineSnapshot(
      `[HpoError: the optimizer cannot take this state: 'c' has 4 weights in it, 'b' has 2; build the model as it was when the state was taken.]`,
    );
    optimizer.dispose();
    tf.dispose([variables, gradients]);
  });

  test('is refused by every optimizer of another kind, though it keeps as many numbers', async () => {
    await device({ backend: 'cpu' });
    const kinds = {
      ...optimizers,
      'rmsprop with momentum': () => rmsprop({ momentum: 0.5 }),
      'rmsprop with mean': () => rmsprop({ centered: true }),
    };
    const isOne = (one: string, other: string) => one === other || (/^sgd/.test(one) && /^sgd/.test(other));
    for (const [one, from] of Object.entries(kinds)) {
      const state = await from().state();
      for (const [other, build] of Object.entries(kinds)) {
        const restore = () => build().restore(state);
        if (isOne(one, other)) expect(restore).not.toThrow();
        else expect(restore, `${one} into ${other}`).toThrow(/^the optimizer cannot take this state: it is one of "/);
      }
    }
    const state = await adam().state();
    expect(() => adamw().restore(state)).toThrowErrorMatchingInlineSnapshot(
      `[HpoError: the optimizer cannot take this state: it is one of "adam", this one is "adamw"; restore it into an optimizer of the same kind.]`,
    );
  });

  test('is gone after the optimizer was disposed of', async () => {
    const optimizer = adam();
    optimizer.restore({ learningRate: 1, step: 3, variables: { a: [new Float32Array(1), new Float32Array(1)] } });
    optimizer.dispose();
    expect(await optimizer.state()).toEqual({ kind: 'adam', learningRate: 1, step: 0, variables: {} });
  });
});

test.each(Object.entries(optimizers))(
  '%s takes the learning rate that it has now, as a schedule sets it',
  async (_, build) => {
    await device({ backend: 'cpu' });
    const changeAt = (factor: number) => {
      const [optimizer, weights] = [build(), tf.variable(tf.tensor1d([1, -2, 3]))];
      optimizer.learningRate *= factor;
      tf.tidy(() => optimizer.apply([weights], { [weights.name]: tf.tensor1d([0.5, 2, -1]) }));
      const change = tf.tidy(() => tf.sub(weights, [1, -2, 3]).dataSync());
      optimizer.dispose();
      weights.dispose();
      return change;
    };
    const [once, half] = [changeAt(1), changeAt(0.5)];
    for (const [at, change] of half.entries()) expect(change / (once[at] as number)).toBeCloseTo(0.5, 4);
  },
);
