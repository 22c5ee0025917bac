import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { compute, expectClose, expectSame, isAvailable, normal } from '../../../../test/support/on-backends.ts';
import { Rng } from '../../../base/rng.ts';
import { imageBatch } from '../../images/image-batch.ts';
import { randomChanges } from '../../images/random-changes.ts';
import { type Augmentation, device, type ImageSet, memoryImages } from '../../index.ts';
import { pipelineCount } from './dispatch.ts';

type Pad = 'valid' | 'same' | number | [[number, number], [number, number], [number, number], [number, number]];

const uneven: Pad = [
  [0, 0],
  [2, 1],
  [0, 3],
  [0, 0],
];

/** Images, height, width, channels in, channels out, kernel height, kernel width, stride, padding. */
const convolutions: [number, number, number, number, number, number, number, number | [number, number], Pad][] = [
  [3, 8, 8, 3, 5, 3, 3, 1, 'valid'],
  [3, 9, 7, 4, 6, 4, 4, 1, 'same'],
  [3, 9, 8, 3, 5, 5, 2, [2, 1], 'same'],
  [3, 7, 7, 3, 8, 1, 1, 2, 'same'],
  [3, 8, 8, 3, 4, 3, 3, 1, 4],
  [3, 8, 9, 2, 3, 3, 2, 2, uneven],
  [4, 16, 15, 6, 43, 3, 3, 1, 'valid'],
  [1, 5, 5, 70, 70, 2, 2, 1, 'valid'],
  [16, 32, 32, 4, 68, 3, 3, 1, 'same'],
];

describe('the kernels of WebGPU', async () => {
  const it = test.skipIf(!(await isAvailable('webgpu')));
  const backend = () => tf.backend() as WebGPUBackend;

  it.each(convolutions)(
    'convolution of %i × %i × %i × %i to %i, kernel %i × %i, stride %j, padding %j',
    async (...given) => {
      const [images, height, width, inChannels, outChannels, kernelHeight, kernelWidth, strides, pad] = given;
      const x = normal([images, height, width, inChannels]);
      const filter = normal([kernelHeight, kernelWidth, inChannels, outChannels]);
      const convolve = (a: tf.Tensor, b: tf.Tensor) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, strides, pad);
      await expectSame('webgpu', [x, filter], (a, b) => {
        const [one, other] = [a as tf.Tensor, b as tf.Tensor];
        const { shape } = convolve(one, other);
        return tf.grads(convolve)([one, other], tf.tensor(normal(shape, 0.5).values, shape));
      });
    },
  );

  it('fused convolutions, and those that are left to the stock kernel', async () => {
    await expectSame(
      'webgpu',
      [normal([2, 7, 6, 4]), normal([3, 2, 4, 5]), normal([1, 1, 4, 6]), normal([7, 6, 4, 3]), normal([5])],
      (...tensors) => {
        const x = tensors[0] as tf.Tensor4D;
        const [filter, pixel, whole] = tensors.slice(1, 4) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
        const common = { x, filter, strides: 1, pad: 'same', bias: tensors[4] as tf.Tensor } as const;
        return [
          tf.fused.conv2d({ ...common, activation: 'relu' }),
          tf.fused.conv2d({ ...common, activation: 'sigmoid' }),
          tf.conv2d(x, pixel, 1, 'valid'),
          tf.conv2d(x, whole, 1, 'valid'),
          tf.conv2d(x, filter, 1, 'valid', 'NHWC', 2),
        ];
      },
    );
  });

  it('convolutions of channels that come first', async () => {
    const dy = normal([2, 5, 5, 5], 0.5);
    const specs = [normal([2, 4, 7, 6]), normal([3, 2, 4, 5])];
    const on = (backend: 'cpu' | 'webgpu') =>
      compute(backend, specs, (a, b) => {
        const [x, filter] = [a as tf.Tensor4D, b as tf.Tensor4D];
        // The cpu backend has them last alone.
        const convolve = (images: tf.Tensor, by: tf.Tensor) =>
          backend === 'webgpu'
            ? tf.conv2d(images as tf.Tensor4D, by as tf.Tensor4D, 1, 'valid', 'NCHW')
            : tf.transpose(
                tf.conv2d(tf.transpose(images as tf.Tensor4D, [0, 2, 3, 1]), by as tf.Tensor4D, 1, 'valid'),
                [0, 3, 1, 2],
              );
        return [convolve(x, filter), ...tf.grads(convolve)([x, filter], tf.tensor(dy.values, dy.shape as number[]))];
      });
    expectClose(await on('webgpu'), await on('cpu'));
  });

  /**
   * Rows, depth, columns, transposed: of one tile, of several, of none that is full, and so deep that it is shared out.
   */
  const products: [number, number, number, boolean, boolean][] = [
    [5, 7, 9, false, false],
    [5, 7, 9, true, true],
    [1, 3, 1, true, false],
    [64, 360, 31, false, true],
    [130, 17, 70, true, false],
    [20, 2100, 33, true, false],
    // Enough to fill each of the large tiles.
    [16_300, 9, 63, false, false],
    [16_384, 8, 64, false, true],
    [16_300, 9, 19, true, false],
    [8_192, 20, 40, true, true],
    [1_104, 18, 2_000, true, false],
  ];

  it.each(products)('product of %i × %i by %i, transposed %j %j', async (rows, depth, columns, a, b) => {
    const factors = [normal(a ? [depth, rows] : [rows, depth]), normal(b ? [columns, depth] : [depth, columns])];
    await expectSame('webgpu', [...factors, normal([columns])], (one, other, bias) => [
      tf.matMul(one as tf.Tensor, other as tf.Tensor, a, b),
      tf.fused.matMul({
        ...{ a: one as tf.Tensor, b: other as tf.Tensor, transposeA: a, transposeB: b },
        ...{ bias: bias as tf.Tensor, activation: 'relu' },
      }),
    ]);
  });

  it('products of several matrices, and with further activations, are left to the stock kernel', async () => {
    await expectSame('webgpu', [normal([3, 4, 5]), normal([3, 5, 6]), normal([4, 5]), normal([5, 6])], (a, b, c, d) => [
      tf.matMul(a as tf.Tensor, b as tf.Tensor),
      tf.fused.matMul({ a: c as tf.Tensor, b: d as tf.Tensor, activation: 'sigmoid' }),
    ]);
  });

  /** Height, width, window, stride, padding, mean of the numbers. */
  const pools: [number, number, number, number, 'valid' | 'same' | number, number][] = [
    [8, 8, 2, 2, 'valid', 0],
    [9, 8, 3, 2, 'same', 0],
    [9, 8, 3, 1, 'same', 0],
    [8, 8, 3, 2, 'valid', -20],
    [7, 9, 2, 3, 'valid', -20],
    [8, 8, 2, 2, 1, 0],
    [12, 8, 4, 4, 'valid', -20],
  ];

  it.each(pools)('gradient of max pooling, %i × %i, window %i, stride %i, padding %j, around %i', async (...shape) => {
    const [height, width, window, stride, pad, mean] = shape;
    const pool = (a: tf.Tensor) => tf.maxPool(a as tf.Tensor4D, window, stride, pad, pad === 1 ? 'floor' : undefined);
    const specs = [5, 8].map((channels) => normal([3, height, width, channels], mean));
    await expectSame('webgpu', specs, (...inputs) =>
      inputs.flatMap((x) => [
        tf.grad((a) => tf.sum(tf.square(pool(a))))(x),
        tf.grad((a) => tf.sum(tf.square(pool(tf.relu(a)))))(x), // ties go to the first
      ]),
    );
  });

  it('sums of columns, and those that are left to the stock kernel', async () => {
    const specs = [normal([7, 5]), normal([40_000, 3]), normal([2_000, 300], 1), normal([3, 4, 5, 6]), normal([4])];
    await expectSame('webgpu', specs, (...inputs) => [
      ...inputs.map((x) => tf.sum(x, 0)),
      ...inputs.map((x) => tf.sum(x)),
      ...inputs.map((x) =>
        tf.sum(
          x,
          x.shape.slice(1).map((_, axis) => axis),
          true,
        ),
      ),
      tf.sum(inputs[3] as tf.Tensor, [0, 2]),
    ]);
  });

  it('draws the batches that every backend draws, bit by bit', async () => {
    const rng = new Rng('images');
    const set = memoryImages({
      pixels: Uint8Array.from({ length: 3 * 5 * 7 * 3 }, () => rng.integer(256)),
      labels: [0, 1, 0],
      imageShape: [5, 7, 3],
      classes: ['a', 'b'],
    });
    const normalisation = { mean: [0.5, 0.4, 0.3], deviation: [0.2, 0.3, 0.4] };
    const augmentation: Augmentation = { horizontalFlip: 0.5, verticalFlip: 0.5, cropPadding: 2, cutoutSize: 3 };
    const draw = (on: 'cpu' | 'webgpu') =>
      compute(on, [], () => {
        const augment = randomChanges(augmentation, { seed: 1, epoch: 1 });
        const indices = Uint32Array.of(2, 0, 1, 1, 2, 0, 0);
        return [imageBatch(set, indices, normalisation), imageBatch(set, indices, normalisation, augment)];
      });
    expect(await draw('webgpu')).toEqual(await draw('cpu'));
  });

  it('draws from a set that is uploaded in several parts', async () => {
    const bytes = new Uint8Array(5 * 7 * 3);
    const set: ImageSet = {
      labels: new Uint16Array(50_000), // 5 MB
      imageShape: [5, 7, 3],
      classes: ['a'],
      read: (index) => bytes.fill(index % 251),
    };
    const normalisation = { mean: [0.5, 0.4, 0.3], deviation: [0.2, 0.3, 0.4] };
    const indices = Uint32Array.of(0, 39_947, 39_948, 40_001, 49_999);
    const draw = (on: 'cpu' | 'webgpu') => compute(on, [], () => [imageBatch(set, indices, normalisation)]);
    expect(await draw('webgpu')).toEqual(await draw('cpu'));
  });

  it('sums over many rows keep their digits far from zero', async () => {
    const [variance] = await compute('webgpu', [normal([20_000, 3], 1000)], (x) => {
      const [scale, shift] = [tf.ones([3]), tf.zeros([3])];
      const inputs = { x, scale, shift, movingMean: shift, movingVariance: shift };
      const attributes = { epsilon: 1e-5, momentum: 1, activation: 'linear' };
      const outputs = tf.engine().runKernel('HpoBatchNorm', inputs as tf.NamedTensorMap, attributes) as unknown;
      return [(outputs as tf.Tensor[])[4] as tf.Tensor];
    });
    for (const value of variance?.values ?? []) expect(Math.abs(value - 1)).toBeLessThan(0.05);
  });

  it('compiles nothing twice, whatever the number of images', async () => {
    const run = (images: number) =>
      compute('webgpu', [normal([images, 6, 6, 3]), normal([3, 3, 3, 4])], (a, b) => {
        const convolve = (x: tf.Tensor, filter: tf.Tensor) =>
          tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same');
        return tf.grads(convolve)([a as tf.Tensor, b as tf.Tensor]);
      });
    await device({ backend: 'webgpu' });
    await run(2);
    const compiled = pipelineCount(backend());
    for (const images of [2, 3, 2]) await run(images);
    expect(pipelineCount(backend())).toBe(compiled);
  });
});
