import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { expectSame, isAvailable, normal } from '../../../../test/support/on-backends.ts';
import { expectNear, resumedWithAll } from '../../../../test/support/tiny-training.ts';
import {
  adam,
  cifar10,
  cifar10Normalisation,
  evaluate,
  loadModel,
  saveModel,
  searchedCnn,
  train,
} from '../../index.ts';
import { batchNorm } from '../../ops/batch-norm.ts';
import { conv2d } from '../../ops/conv2d.ts';

const backend = 'tensorflow';
beforeEach(async ({ skip }) => skip(!(await isAvailable(backend)), 'tensorflow is not installed here'));

describe('convolutions', () => {
  const cases = [
    { x: [2, 14, 12, 3], filter: [3, 3, 3, 20], stride: 1 },
    { x: [3, 8, 8, 20], filter: [4, 4, 20, 40], stride: 1 },
    { x: [3, 9, 11, 5], filter: [5, 2, 5, 7], stride: 2 },
    { x: [2, 7, 7, 6], filter: [1, 1, 6, 9], stride: 2 },
    { x: [2, 6, 6, 3], filter: [6, 6, 3, 4], stride: 1 },
  ].flatMap((shapes) => (['valid', 'same'] as const).map((pad) => ({ ...shapes, pad })));

  test.each(cases)('$x by $filter, stride $stride, $pad', async ({ x, filter, stride, pad }) => {
    await expectSame(backend, [normal(x), normal(filter), normal([filter[3] as number])], (...tensors) => {
      const convolve = (...[a, b, bias]: tf.Tensor[]) =>
        conv2d(a as tf.Tensor, b as tf.Tensor, bias, { strides: [stride, stride], pad });
      const y = convolve(...tensors);
      return [y, ...tf.grads(convolve)(tensors, tf.sin(y))];
    });
  });
});

describe('gradients of max pooling', () => {
  const cases = [
    { size: [8, 8], window: 2, stride: 2, pad: 'valid' },
    { size: [9, 9], window: 2, stride: 2, pad: 'same' },
    { size: [9, 8], window: 3, stride: 2, pad: 'same' },
    { size: [9, 8], window: 3, stride: 1, pad: 'same' },
    { size: [9, 8], window: 2, stride: 1, pad: 'valid' },
    { size: [7, 9], window: 2, stride: 3, pad: 'valid' },
  ] as const;

  test.each(cases)('$size, window $window, stride $stride, $pad', async ({ size, window, stride, pad }) => {
    await expectSame(backend, [normal([3, ...size, 20], -3)], (x) => [
      tf.grad((a) => tf.sum(tf.square(tf.maxPool(a as tf.Tensor4D, window, stride, pad))))(x as tf.Tensor),
    ]);
  });

  test('ties go to the first in row order', async () => {
    await expectSame(backend, [normal([3, 8, 8, 5])], (x) => [
      tf.grad((a) => tf.sum(tf.square(tf.maxPool(tf.relu(a) as tf.Tensor4D, 2, 2, 'valid'))))(x as tf.Tensor),
    ]);
  });
});

test.each([0, 0.1, 1])('running statistics that take a share of %d', async (momentum) => {
  const channels = [normal([7], 1), normal([7]), normal([7], 2), normal([7], 3)];
  await expectSame(backend, [normal([3, 4, 4, 7]), ...channels], (...tensors) => {
    const [x, scale, shift, movingMean, movingVariance] = tensors as [tf.Tensor, ...tf.Tensor[]] as [
      tf.Tensor,
      tf.Tensor1D,
      tf.Tensor1D,
      tf.Tensor1D,
      tf.Tensor1D,
    ];
    const attributes = { epsilon: 1e-3, momentum, activation: 'relu' } as const;
    const outputs = batchNorm({ x, scale, shift, movingMean, movingVariance }, attributes);
    return [outputs.y, outputs.movingMean, outputs.movingVariance];
  });
});

test('reshapes of every type', async () => {
  await expectSame(backend, [normal([4, 6])], (x) => {
    const whole = tf.cast(x as tf.Tensor, 'int32');
    return [tf.reshape(x as tf.Tensor, [2, 3, 4]), tf.cast(tf.reshape(whole, [-1]), 'float32')];
  });
});

test('a training with all that a step may have has the losses of wasm', async () => {
  const expected = await resumedWithAll('wasm');
  expectNear(await resumedWithAll(backend), expected);
});

test('500 steps leave nothing behind, and the model is saved and loaded', async () => {
  const { train: set } = await cifar10({ folder: 'test/fixtures/cifar10-sample' });
  const images = (count: number) => ({ set, indices: Uint32Array.from({ length: count }, (_, at) => at % 512) });
  const model = searchedCnn({ fc1: 32, fc2: 32, dropout: 0.2, seed: 1 });
  const handles = () => (tf.backend() as unknown as Binding).binding.getNumOfTensors();
  const trainFor = (steps: number) =>
    train({
      model,
      optimizer: adam({ weightDecay: 5e-4 }),
      data: { train: images(16 * steps), validation: images(64) },
      normalisation: cifar10Normalisation,
      augmentation: { horizontalFlip: 0.5, cropPadding: 4 },
      batchSize: 16,
      epochs: 1,
      seed: 1,
    });
  const started = await trainFor(10);
  const before = { tensors: tf.memory().numTensors, handles: handles(), bytes: process.memoryUsage().rss };
  const { last } = await trainFor(500);
  expect({ tensors: tf.memory().numTensors, handles: handles() }).toEqual({
    tensors: before.tensors,
    handles: before.handles,
  });
  expect(process.memoryUsage().rss - before.bytes).toBeLessThan(200e6); // a step's activations are 30 MB
  expect(last.validationLoss).toBeLessThan(0.7 * started.last.validationLoss);

  const folder = await mkdtemp(join(tmpdir(), 'hpo-test-'));
  try {
    await saveModel(model, folder);
    const loaded = await loadModel(folder);
    const figures = { data: images(64), normalisation: cifar10Normalisation };
    expect((await evaluate({ model: loaded, ...figures })).loss).toBe((await evaluate({ model, ...figures })).loss);
    loaded.dispose();
  } finally {
    await rm(folder, { recursive: true });
    model.dispose();
  }
});

/** The count of TensorFlow's own handles, which tfjs does not keep. */
interface Binding {
  readonly binding: { getNumOfTensors(): number };
}
