import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { expectSame, normal } from '../../../../test/support/on-backends.ts';

interface Case {
  readonly count: number;
  readonly size: readonly [number, number];
  readonly kernel: readonly [number, number];
  readonly channels: readonly [number, number];
  readonly strides: [number, number];
  readonly pad: 'valid' | 'same' | [[number, number], [number, number], [number, number], [number, number]];
}

const pair = (arbitrary: fc.Arbitrary<number>) => fc.tuple(arbitrary, arbitrary);
const range = (min: number, max: number) => fc.integer({ min, max });
const margins = pair(range(0, 3));

const pads = fc.oneof(
  fc.constantFrom('valid' as const, 'same' as const),
  fc.tuple(fc.constant([0, 0] as [number, number]), margins, margins, fc.constant([0, 0] as [number, number])),
);

/** The most multiplications of the forward pass; most of the time goes to the plain JavaScript of the cpu backend. */
const work = ({ count, size, kernel, channels, strides }: Case): number =>
  (count * size[0] * size[1] * kernel[0] * kernel[1] * channels[0] * channels[1]) / (strides[0] * strides[1]);

async function expectSameConvolution({ count, size, kernel, channels, strides, pad }: Case): Promise<void> {
  const x = normal([count, ...size, channels[0]]);
  const filter = normal([...kernel, ...channels]);
  await expectSame('wasm', [x, filter], (...tensors) => {
    const convolve = (a: tf.Tensor, b: tf.Tensor) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, strides, pad);
    const y = convolve(...(tensors as [tf.Tensor, tf.Tensor]));
    const dy = tf.reshape(tf.sin(tf.mul(tf.range(0, y.size), 1.7)), y.shape);
    return [y, ...tf.grads(convolve)(tensors as tf.Tensor[], dy)];
  });
}

const check = (cases: fc.Arbitrary<Case>, numRuns: number) =>
  fc.assert(fc.asyncProperty(cases, expectSameConvolution), { seed: 1, numRuns });

describe('convolutions and both their gradients are those of the cpu backend', () => {
  test('with any kernel, stride, padding and number of channels', async () => {
    const cases: fc.Arbitrary<Case> = fc
      .record({
        count: range(1, 3),
        kernel: pair(range(1, 7)),
        more: pair(range(0, 9)),
        channels: pair(range(1, 35)),
        strides: pair(range(1, 3)),
        pad: pads,
      })
      .map(({ more, ...rest }) => ({ ...rest, size: [rest.kernel[0] + more[0], rest.kernel[1] + more[1]] as const }))
      .filter((shape) => work(shape) < 300_000);
    await check(cases, 120);
  });

  test('where Winograd’s filtering is taken, with tiles that reach beyond the map', async () => {
    const cases: fc.Arbitrary<Case> = fc
      .record({
        count: range(4, 20),
        side: range(3, 5),
        more: pair(range(7, 12)),
        channels: pair(range(2, 9).map((fours) => 4 * fours)),
        strides: fc.constant([1, 1] as [number, number]),
        pad: pads,
      })
      .map(({ side, more, ...rest }) => ({
        ...rest,
        kernel: [side, side] as const,
        size: [side + more[0], side + more[1]] as const,
      }))
      .filter((shape) => work(shape) < 6_000_000);
    await check(cases, 16);
  });

  test('where an image is worked on in several blocks', () =>
    expectSameConvolution({
      count: 1,
      size: [60, 70],
      kernel: [3, 3],
      channels: [12, 8],
      strides: [1, 1],
      pad: 'same',
    }));
});

describe('fused with a bias and an activation', () => {
  const activations = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'] as const;

  test.each(activations)('%s', async (activation) => {
    await expectSame('wasm', [normal([2, 9, 8, 3]), normal([3, 3, 3, 9]), normal([9])], (x, filter, bias) => [
      tf.fused.conv2d({
        x: x as tf.Tensor4D,
        filter: filter as tf.Tensor4D,
        bias: bias as tf.Tensor,
        strides: 1,
        pad: 'same',
        activation,
        leakyreluAlpha: 0.3,
      }),
    ]);
  });

  test('prelu', async () => {
    await expectSame('wasm', [normal([2, 9, 8, 3]), normal([3, 3, 3, 9]), normal([9])], (x, filter, slopes) => [
      tf.fused.conv2d({
        x: x as tf.Tensor4D,
        filter: filter as tf.Tensor4D,
        strides: 2,
        pad: 'same',
        activation: 'prelu',
        preluActivationWeights: tf.reshape(slopes as tf.Tensor, [1, 1, 9]),
      }),
    ]);
  });
});

test('dilated and depthwise convolutions are left to the stock kernels', async () => {
  await expectSame('wasm', [normal([2, 11, 12, 4]), normal([3, 3, 4, 2]), normal([5])], (x, filter) => [
    tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same', 'NHWC', [2, 3]),
    tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same'),
  ]);
});
