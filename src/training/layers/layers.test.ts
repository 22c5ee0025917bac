import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  BatchNormLayer,
  Conv2DLayer,
  device,
  loadModel,
  MaxPool2DLayer,
  ResizeLayer,
  saveModel,
  WeightedSumLayer,
} from '../index.ts';

beforeAll(() => device({ backend: 'cpu' }));

const numbers = (...shape: number[]): tf.Tensor => tf.randomNormal(shape, 0, 1, 'float32', shape.length);

/** A window and an image that it fits into. */
const windows = fc
  .record({
    size: fc.integer({ min: 1, max: 4 }),
    stride: fc.integer({ min: 1, max: 3 }),
    padding: fc.oneof(fc.constantFrom('valid' as const, 'same' as const), fc.integer({ min: 0, max: 2 })),
    height: fc.integer({ min: 4, max: 9 }),
    width: fc.integer({ min: 4, max: 9 }),
  })
  .filter(({ size, padding }) => typeof padding === 'string' || padding <= size / 2);

describe('a window with the padding of PyTorch or TensorFlow', () => {
  test('convolves as the stock op with that padding, and its shape is the promised one', () => {
    fc.assert(
      fc.property(windows, ({ size, stride, padding, height, width }) => {
        const layer = new Conv2DLayer({ filters: 2, kernelSize: size, stride, padding, useBias: false });
        const x = numbers(1, height, width, 3);
        layer.build(x.shape);
        const kernel = numbers(size, size, 3, 2);
        layer.setWeights([kernel]);
        const actual = layer.apply(x) as tf.Tensor;
        const expected = tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, stride, padding);
        expect(actual.shape).toEqual(layer.computeOutputShape(x.shape));
        expect(actual.shape).toEqual(expected.shape);
        expect(tf.max(tf.abs(tf.sub(actual, expected))).arraySync()).toBeLessThan(1e-5);
      }),
      { numRuns: 40 },
    );
  });

  test('pools as the stock op with that padding: pixels of the padding are never the largest', () => {
    fc.assert(
      fc.property(windows, ({ size, stride, padding, height, width }) => {
        const layer = new MaxPool2DLayer({ poolSize: size, stride, padding });
        const x = tf.sub(numbers(1, height, width, 3), 10); // far below 0
        const actual = layer.apply(x) as tf.Tensor;
        const expected = tf.maxPool(x as tf.Tensor4D, size, stride, padding);
        expect(actual.shape).toEqual(layer.computeOutputShape(x.shape));
        expect(actual.arraySync()).toEqual(expected.arraySync());
      }),
      { numRuns: 40 },
    );
  });
});

test('the gradient of resizing is that of a sum of pixels, whatever the sizes', () => {
  const size = fc.integer({ min: 1, max: 7 });
  fc.assert(
    fc.property(size, size, size, size, (height, width, newHeight, newWidth) => {
      const x = numbers(2, height, width, 2);
      const weights = numbers(2, newHeight, newWidth, 2);
      const layer = new ResizeLayer({ height: newHeight, width: newWidth });
      const score = (images: tf.Tensor) => tf.sum(tf.mul(layer.apply(images) as tf.Tensor, weights));
      const gradient = tf.grad(score)(x);
      // The score is linear in the images: their gradient gives it back.
      expect(tf.sum(tf.mul(gradient, x)).arraySync()).toBeCloseTo(score(x).arraySync() as number, 3);
      const other = tf.reverse(x);
      expect(tf.sum(tf.mul(gradient, other)).arraySync()).toBeCloseTo(score(other).arraySync() as number, 3);
    }),
    { numRuns: 30 },
  );
});

describe('WeightedSumLayer', () => {
  const branches = () => [
    tfl.input({ shape: [2] }),
    ...Array.from({ length: 2 }, () => tfl.input({ shape: [1, 2, 1] })),
  ];

  test('adds up branches by the weights of each image', () => {
    const weights = tf.tensor2d([
      [1, 2],
      [0, -1],
    ]);
    const [one, other] = [
      [1, 2, 3, 4],
      [10, 20, 30, 40],
    ].map((values) => tf.tensor4d(values, [2, 1, 2, 1]));
    const sum = new WeightedSumLayer().apply([weights, one, other] as tf.Tensor[]) as tf.Tensor;
    expect([...sum.dataSync()]).toEqual([21, 42, -30, -40]);
  });

  test('refuses branches of different shapes, and a wrong number of weights', () => {
    const [weights, one, other] = branches() as [tfl.SymbolicTensor, tfl.SymbolicTensor, tfl.SymbolicTensor];
    const line =
      'WeightedSumLayer: 2 weights for branches of the shapes [1, 2, 1]; give a weight for each of equal ones.';
    expect(() => new WeightedSumLayer().apply([weights, one])).toThrow(line);
    const wide = tfl.input({ shape: [1, 3, 1] });
    expect(() => new WeightedSumLayer().apply([weights, other, wide])).toThrow('[1, 2, 1] and [1, 3, 1]');
  });
});

test('every layer comes back from a saved model with its options', async () => {
  const images = tfl.input({ shape: [9, 9, 3] });
  const through = (x: tfl.SymbolicTensor, ...layers: tfl.layers.Layer[]) =>
    layers.reduce((input, layer) => layer.apply(input) as tfl.SymbolicTensor, x);
  const resized = through(images, new ResizeLayer({ height: 11, width: 7 }));
  const branches = [1, 2].map(() =>
    through(
      resized,
      new Conv2DLayer({ filters: 2, kernelSize: 3, stride: 2, padding: 1, trainable: false }),
      new BatchNormLayer({ activation: 'relu', epsilon: 1e-3, momentum: 0.2, trainable: false }),
      new MaxPool2DLayer({ poolSize: 3, stride: 2, padding: 1 }),
    ),
  );
  const weights = through(images, tfl.layers.flatten(), tfl.layers.dense({ units: 2 }));
  const outputs = new WeightedSumLayer().apply([weights, ...branches]) as tfl.SymbolicTensor;
  const model = tfl.model({ inputs: images, outputs });
  model.setWeights(model.getWeights().map((weight) => tf.add(tf.abs(numbers(...weight.shape)), 0.1)));
  const folder = await mkdtemp(join(tmpdir(), 'hpo-layers-'));
  try {
    await saveModel(model, folder);
    const loaded = await loadModel(folder);
    const configs = [model, loaded].map(({ layers }) => layers.map((layer) => layer.getConfig()));
    expect(configs[1]).toEqual(configs[0]);
    expect(loaded.trainableWeights).toHaveLength(2);
    const x = numbers(2, 9, 9, 3);
    const results = [model, loaded].map((either) => (either.apply(x) as tf.Tensor).arraySync());
    expect(results[1]).toEqual(results[0]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
