import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { compute, expectSame, normal } from '../../../../test/support/on-backends.ts';

type Pad = 'valid' | 'same' | number | [[number, number], [number, number], [number, number], [number, number]];

/** Height, width, channels in, channels out, kernel height, kernel width, stride, padding. */
const convolutions: [number, number, number, number, number, number, number | [number, number], Pad][] = [
  [8, 8, 3, 5, 3, 3, 1, 'valid'],
  [8, 8, 3, 5, 3, 3, 1, 'same'],
  [9, 7, 4, 6, 4, 4, 1, 'valid'],
  [9, 7, 4, 6, 4, 4, 1, 'same'],
  [8, 8, 3, 5, 3, 3, 2, 'valid'],
  [8, 8, 3, 5, 3, 3, 2, 'same'],
  [9, 8, 3, 5, 5, 2, 2, 'same'],
  [10, 11, 2, 3, 3, 3, 3, 'valid'],
  [10, 11, 2, 3, 2, 2, 3, 'valid'],
  [10, 11, 2, 3, 2, 2, 3, 'same'],
  [7, 7, 3, 8, 1, 1, 1, 'valid'],
  [7, 7, 3, 8, 1, 1, 2, 'same'],
  [8, 8, 3, 4, 3, 3, 1, 0],
  [8, 8, 3, 4, 3, 3, 1, 1],
  [8, 8, 3, 4, 3, 3, 1, 2],
  [8, 8, 3, 4, 3, 3, 1, 4],
  [8, 8, 3, 4, 2, 2, 1, 1],
  [
    8,
    9,
    2,
    3,
    3,
    2,
    2,
    [
      [0, 0],
      [2, 1],
      [0, 3],
      [0, 0],
    ],
  ],
  [
    9,
    8,
    2,
    3,
    3,
    3,
    [1, 2],
    [
      [0, 0],
      [0, 2],
      [1, 0],
      [0, 0],
    ],
  ],
  [6, 6, 3, 4, 6, 6, 1, 'valid'],
  [12, 12, 3, 4, 5, 5, [2, 1], 'same'],
  [9, 9, 7, 13, 3, 2, 2, 'same'],
  [9, 9, 1, 1, 3, 3, 1, 'valid'],
  [9, 9, 1, 3, 2, 2, 1, 'same'],
  [13, 12, 3, 5, 7, 7, 1, 'same'],
  [13, 12, 3, 5, 7, 6, 2, 'valid'],
  [16, 15, 6, 43, 3, 3, 1, 'valid'],
  [10, 10, 11, 6, 1, 1, 1, 'same'],
  [32, 32, 3, 20, 3, 3, 1, 'valid'],
];

describe('gradients of convolutions', () => {
  test.each(convolutions)('%i×%i, %i → %i channels, kernel %i×%i, stride %j, padding %j', async (...shape) => {
    const [height, width, inChannels, outChannels, kernelHeight, kernelWidth, strides, pad] = shape;
    const x = normal([4, height, width, inChannels]);
    const filter = normal([kernelHeight, kernelWidth, inChannels, outChannels]);
    const convolve = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => {
      const explicit = Array.isArray(pad) ? pad : pad;
      return tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, strides, explicit);
    };
    await expectSame('wasm', [x, filter], (a, b) => {
      const out = convolve(a as tf.Tensor, b as tf.Tensor);
      const dy = tf.reshape(tf.sin(tf.mul(tf.range(0, out.size), 1.7)), out.shape);
      return [out, ...tf.grads(convolve)([a as tf.Tensor, b as tf.Tensor], dy)];
    });
  });
});

describe('matrix products', () => {
  const sizes: [number, number, number][] = [
    [5, 7, 9],
    [16, 360, 31],
    [1, 3, 1],
    [33, 17, 10],
    [3, 2, 3],
  ];
  const transposes = [false, true].flatMap((a) => [false, true].map((b) => [a, b] as const));
  const cases = sizes.flatMap((size) => transposes.map(([a, b]) => [...size, a, b] as const));

  test.each(cases)('%i×%i by %i, transposed: %j %j', async (rows, inner, columns, a, b) => {
    const operands = [normal(a ? [inner, rows] : [rows, inner]), normal(b ? [columns, inner] : [inner, columns])];
    await expectSame('wasm', operands, (one, other) => [tf.matMul(one as tf.Tensor, other as tf.Tensor, a, b)]);
  });

  test.each(transposes)('three matrices at once, transposed: %j %j', async (a, b) => {
    const operands = [normal(a ? [3, 4, 5] : [3, 5, 4]), normal(b ? [3, 6, 4] : [3, 4, 6])];
    await expectSame('wasm', operands, (one, other) => [tf.matMul(one as tf.Tensor, other as tf.Tensor, a, b)]);
  });

  test('fused with a bias and an activation', async () => {
    await expectSame('wasm', [normal([7, 6]), normal([5, 7]), normal([5])], (a, b, bias) => [
      tf.fused.matMul({
        a: a as tf.Tensor,
        b: b as tf.Tensor,
        bias: bias as tf.Tensor,
        transposeA: true,
        transposeB: true,
        activation: 'relu',
      }),
    ]);
  });
});

describe('gradients of max pooling', () => {
  /** Height, width, window, stride, padding, mean of the numbers. */
  const pools: [number, number, number, number, 'valid' | 'same' | number, number][] = [
    [8, 8, 2, 2, 'valid', 0],
    [9, 9, 2, 2, 'valid', 0],
    [9, 9, 2, 2, 'same', 0],
    [9, 8, 3, 2, 'same', 0],
    [9, 8, 3, 1, 'same', 0],
    [9, 8, 2, 1, 'valid', 0],
    [8, 8, 2, 2, 'valid', -20],
    [8, 8, 3, 2, 'valid', -20],
    [7, 9, 2, 3, 'valid', -20],
    [8, 8, 2, 2, 1, 0],
  ];

  test.each(pools)('%i×%i, window %i, stride %i, padding %j, numbers around %i', async (...shape) => {
    const [height, width, window, stride, pad, mean] = shape;
    await expectSame('wasm', [normal([3, height, width, 5], mean)], (x) => [
      tf.grad((a) => {
        const pooled = tf.maxPool(a as tf.Tensor4D, window, stride, pad, pad === 1 ? 'floor' : undefined);
        return tf.sum(tf.square(pooled));
      })(x as tf.Tensor),
    ]);
  });

  test.each([2, 3])('ties go to the first in row order, window %i', async (window) => {
    await expectSame('wasm', [normal([3, 8, 8, 5])], (x) => [
      tf.grad((a) => tf.sum(tf.square(tf.maxPool(tf.relu(a) as tf.Tensor4D, window, 2, 'valid'))))(x as tf.Tensor),
    ]);
  });

  test('a window of negative numbers', async () => {
    const x = { shape: [1, 2, 2, 1], values: Float32Array.of(-4, -3, -2, -1) };
    const [gradient] = await compute('wasm', [x], (a) => [
      tf.grad((b) => tf.sum(tf.maxPool(b as tf.Tensor4D, 2, 2, 'valid')))(a as tf.Tensor),
    ]);
    expect([...(gradient?.values ?? [])]).toEqual([0, 0, 0, 1]);
  });
});

test('sums over the leading axes, and over others', async () => {
  await expectSame('wasm', [normal([4, 6, 5, 7])], (x) => {
    const a = x as tf.Tensor;
    const sums = [[0, 1, 2], [0], [3], [0, 1, 2, 3], [1, 3], [2, 1, 0]].map((axes) => tf.sum(a, axes));
    return [...sums, tf.sum(a, [0, 1, 2], true), tf.sum(a, -1)];
  });
});

test('tiles of a row, and others', async () => {
  await expectSame('wasm', [normal([1, 1, 1, 5])], (x) => {
    const a = x as tf.Tensor;
    return [
      tf.tile(a, [4, 3, 2, 1]),
      tf.tile(tf.reshape(a, [5]), [3]),
      tf.tile(a, [2, 1, 1, 3]),
      tf.tile(a, [1, 1, 1, 1]),
    ];
  });
});
