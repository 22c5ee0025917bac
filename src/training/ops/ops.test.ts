import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  compute,
  expectClose,
  expectSame,
  isAvailable,
  normal,
  type TensorSpec,
} from '../../../test/support/on-backends.ts';
import type { BackendName } from '../backend/candidate.ts';
import { adamUpdate } from './adam-update.ts';
import { type BatchNormAttributes, batchNorm, batchNormInference } from './batch-norm.ts';
import { conv2d } from './conv2d.ts';
import { dropout } from './dropout.ts';
import { sgdUpdate } from './sgd-update.ts';
import { softmaxCrossEntropy } from './softmax-cross-entropy.ts';
import { tally } from './tally.ts';

/** A gradient to start the backward pass from, the same numbers on every backend. */
function gradientFor({ shape }: tf.Tensor): tf.Tensor {
  return tf.tensor(normal(shape, 0.25).values, shape);
}

describe.each(['cpu', 'wasm', 'webgpu', 'tensorflow'] as const)('on %s', (backend) => {
  beforeEach(async ({ skip }) => skip(!(await isAvailable(backend)), `${backend} is not installed here`));

  describe('batch normalisation', () => {
    const attributes: BatchNormAttributes = { epsilon: 1e-5, momentum: 0.1, activation: 'linear' };
    const shapes = [
      [6, 5],
      [4, 6, 5, 8],
      [3, 4, 4, 7],
      [40, 124],
      [5, 1],
    ];
    const inputsOf = (shape: number[], mean: number): TensorSpec[] => {
      const channels = [shape.at(-1) as number];
      return [normal(shape, mean), normal(channels, 1), normal(channels), normal(channels, 2), normal(channels, 3)];
    };
    const named = (tensors: tf.Tensor[]) => {
      const [x, scale, shift, movingMean, movingVariance] = tensors as [tf.Tensor, ...tf.Tensor1D[]] as [
        tf.Tensor,
        tf.Tensor1D,
        tf.Tensor1D,
        tf.Tensor1D,
        tf.Tensor1D,
      ];
      return { x, scale, shift, movingMean, movingVariance };
    };
    const cases = shapes.flatMap((shape) => (['linear', 'relu'] as const).map((activation) => ({ shape, activation })));

    test.each(cases)('outputs and gradients as on cpu, $shape, $activation', async ({ shape, activation }) => {
      await expectSame(backend, [...inputsOf(shape, 0.5), normal(shape, 0.25)], (...tensors) => {
        const inputs = named(tensors);
        const dy = tensors.at(-1) as tf.Tensor;
        const { y, movingMean, movingVariance } = batchNorm(inputs, { ...attributes, activation });
        const gradients = tf.grads((x, scale, shift) =>
          tf.sum(
            tf.mul(
              batchNorm(
                { ...inputs, x: x as tf.Tensor, scale: scale as tf.Tensor1D, shift: shift as tf.Tensor1D },
                { ...attributes, activation },
              ).y,
              dy,
            ),
          ),
        )([inputs.x, inputs.scale, inputs.shift]);
        const inference = batchNormInference(inputs, { ...attributes, activation });
        return [y, movingMean, movingVariance, inference, ...gradients];
      });
    });

    test('gradients are those of the op taken apart', async () => {
      const tensors = inputsOf([4, 6, 5, 8], 0.5);
      const fused = await compute(backend, tensors, (...given) => {
        const inputs = named(given);
        const loss = (x: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor) => {
          const y = batchNorm(
            { ...inputs, x, scale: scale as tf.Tensor1D, shift: shift as tf.Tensor1D },
            { ...attributes, activation: 'relu' },
          ).y;
          return tf.sum(tf.mul(y, gradientFor(y)));
        };
        return tf.grads(loss as (...args: tf.Tensor[]) => tf.Tensor)([inputs.x, inputs.scale, inputs.shift]);
      });
      const apart = await compute('cpu', tensors, (...given) => {
        const inputs = named(given);
        const loss = (x: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor) => {
          const mean = tf.mean(x, [0, 1, 2]);
          const variance = tf.mean(tf.square(tf.sub(x, mean)), [0, 1, 2]);
          const normalised = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)));
          const y = tf.relu(tf.add(tf.mul(normalised, scale), shift));
          return tf.sum(tf.mul(y, gradientFor(y)));
        };
        return tf.grads(loss as (...args: tf.Tensor[]) => tf.Tensor)([inputs.x, inputs.scale, inputs.shift]);
      });
      expectClose(fused, apart);
    });

    test('running statistics take the unbiased variance', async () => {
      const [mean, variance] = await compute(
        backend,
        [
          { shape: [4, 1], values: Float32Array.of(1, 2, 3, 6) },
          { shape: [1], values: Float32Array.of(1) },
          { shape: [1], values: Float32Array.of(0) },
          { shape: [1], values: Float32Array.of(10) },
          { shape: [1], values: Float32Array.of(20) },
        ],
        (...tensors) => {
          const { movingMean, movingVariance } = batchNorm(named(tensors), attributes);
          return [movingMean, movingVariance];
        },
      );
      expect(mean?.values[0]).toBeCloseTo(0.9 * 10 + 0.1 * 3, 5);
      expect(variance?.values[0]).toBeCloseTo(0.9 * 20 + (0.1 * (4 + 1 + 0 + 9)) / 3, 5);
    });
  });

  describe('softmax cross-entropy', () => {
    const labels = [2, 0, 1, 2];
    const lossOf = (logits: tf.Tensor, smoothing?: number) =>
      softmaxCrossEntropy(logits, tf.tensor1d(labels, 'int32'), smoothing);

    test.each([0, 0.1, 1])('loss and gradient are those of the definition, smoothed by %d', async (smoothing) => {
      const logits = normal([4, 3], 2);
      const [loss, gradient] = await compute(backend, [logits], (x) => [
        lossOf(x as tf.Tensor, smoothing),
        tf.grad((a) => tf.mul(lossOf(a, smoothing), 3))(x as tf.Tensor),
      ]);
      const rows = labels.map((label, row) => {
        const exponentials = [...logits.values.slice(row * 3, row * 3 + 3)].map(Math.exp);
        const sum = exponentials.reduce((total, value) => total + value);
        const targetAt = (at: number) => (at === label ? 1 - smoothing : 0) + smoothing / 3;
        return exponentials.map((value, at) => ({ p: value / sum, target: targetAt(at) }));
      });
      const expectedLoss = rows.flat().reduce((sum, { p, target }) => sum - target * Math.log(p), 0) / 4;
      const expectedGradient = rows.flat().map(({ p, target }) => (3 * (p - target)) / 4);
      expectClose([loss, gradient] as TensorSpec[], [
        { shape: [], values: Float32Array.of(expectedLoss) },
        { shape: [4, 3], values: Float32Array.from(expectedGradient) },
      ]);
    });

    test('a batch is counted in with its loss and its hits, of equal logits the first', async () => {
      const logits = { shape: [4, 3], values: Float32Array.of(0, 1, 2, 5, 5, 1, 3, 3, 3, 1, 2, 0) };
      const specs = [
        { shape: [2], values: Float32Array.of(10, 3) },
        { shape: [], values: Float32Array.of(1.5) },
        logits,
      ];
      const [sums] = await compute(backend, specs, (before, loss, x) => [
        tally(before as tf.Tensor, loss as tf.Tensor, x as tf.Tensor, tf.tensor1d(labels, 'int32')),
      ]);
      expect([...(sums?.values ?? [])]).toEqual([16, 5]);
    });

    test('large logits do not overflow', async () => {
      const logits = { shape: [4, 3], values: new Float32Array(12).fill(1000) };
      const [loss] = await compute(backend, [logits], (x) => [lossOf(x as tf.Tensor)]);
      expect(loss?.values[0]).toBeCloseTo(Math.log(3), 5);
    });
  });

  describe('convolution', () => {
    test.each(['valid', 'same'] as const)('values and gradients as on cpu, %s', async (pad) => {
      await expectSame(backend, [normal([3, 9, 8, 3]), normal([3, 3, 3, 5]), normal([5])], (...tensors) => {
        const convolve = (...[x, filter, bias]: tf.Tensor[]) =>
          conv2d(x as tf.Tensor, filter as tf.Tensor, bias, { strides: [2, 2], pad });
        const y = convolve(...tensors);
        return [y, ...tf.grads(convolve)(tensors, gradientFor(y))];
      });
    });

    test('works nothing out for inputs whose gradient nobody wants', async () => {
      await compute(backend, [normal([2, 8, 8, 3]), normal([3, 3, 3, 4])], (x, filter) => {
        const run: string[] = [];
        const stock = tf.getKernel(tf.Conv2DBackpropInput, backend) as tf.KernelConfig;
        tf.unregisterKernel(stock.kernelName, backend);
        const kernelFunc: tf.KernelFunc = (args) => {
          run.push('input');
          return stock.kernelFunc(args);
        };
        tf.registerKernel({ ...stock, kernelFunc });
        const variable = tf.variable(filter as tf.Tensor);
        const loss = () =>
          tf.sum(conv2d(x as tf.Tensor, variable, undefined, { strides: [1, 1], pad: 'valid' })) as tf.Scalar;
        tf.dispose(tf.variableGrads(loss).grads);
        tf.unregisterKernel(stock.kernelName, backend);
        tf.registerKernel(stock);
        variable.dispose();
        expect(run).toEqual([]);
        return [];
      });
    });
  });

  describe('dropout', () => {
    const ones = { shape: [100, 40], values: new Float32Array(4000).fill(1) };

    test('drops the same elements on every backend, and in the gradient', async () => {
      await expectSame(backend, [ones], (x) => {
        const drop = (a: tf.Tensor) => dropout(a, { rate: 0.3, seed: 5 });
        return [drop(x as tf.Tensor), tf.grad(drop)(x as tf.Tensor)];
      });
      const [y, gradient] = await compute(backend, [ones], (x) => {
        const drop = (a: tf.Tensor) => dropout(a, { rate: 0.3, seed: 5 });
        return [drop(x as tf.Tensor), tf.grad(drop)(x as tf.Tensor)];
      });
      expect(gradient?.values).toEqual(y?.values);
    });

    test.each([1, 6, 4003])('is the same as on cpu, bit by bit, of %i elements', async (size) => {
      for (const rate of [0.001, 0.3, 0.7, 1 - 2 ** -40]) {
        const drop = (on: BackendName) =>
          compute(on, [normal([size])], (x) => [dropout(x as tf.Tensor, { rate, seed: -7 })]);
        expect(await drop(backend)).toEqual(await drop('cpu'));
      }
    });

    test.each([0.1, 0.5, 0.9])('drops a share of %d and keeps the mean', async (rate) => {
      const [y] = await compute(backend, [ones], (x) => [dropout(x as tf.Tensor, { rate, seed: 11 })]);
      const values = [...(y?.values ?? [])];
      const dropped = values.filter((value) => value === 0).length / values.length;
      expect(Math.abs(dropped - rate)).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / 4000));
      expect(new Set(values.filter((value) => value !== 0))).toEqual(new Set([Math.fround(1 / (1 - rate))]));
    });

    test('another seed drops others', async () => {
      const [a, b] = await compute(backend, [ones], (x) =>
        [5, 6].map((seed) => dropout(x as tf.Tensor, { rate: 0.5, seed })),
      );
      const equal = [...(a?.values ?? [])].filter((value, at) => value === b?.values[at]).length;
      expect(Math.abs(equal - 2000)).toBeLessThan(4 * Math.sqrt(1000));
    });
  });

  test.each([1, 2, 3, 12, 31])('updates of %i weights leave their inputs as they were', async (size) => {
    await expectSame(backend, [normal([size]), normal([size], 1), normal([size], 2)], (w, g, m) => {
      const inputs = { weights: w as tf.Tensor, gradient: g as tf.Tensor };
      const moments = { m: m as tf.Tensor, v: tf.square(m as tf.Tensor) };
      const hyperparameters = { learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.01, step: 3 };
      const adam = adamUpdate({ ...inputs, ...moments }, hyperparameters);
      const descents = [false, true].map((nesterov) =>
        sgdUpdate(
          { ...inputs, velocity: m as tf.Tensor },
          { learningRate: 0.1, momentum: 0.9, taken: 0.7, weightDecay: 0.01, nesterov },
        ),
      );
      const results = [
        adam.weights,
        adam.m,
        adam.v,
        ...descents.flatMap(({ weights, velocity }) => [weights, velocity]),
      ];
      return [...results, tf.clone(w as tf.Tensor), tf.clone(m as tf.Tensor)];
    });
  });
});
