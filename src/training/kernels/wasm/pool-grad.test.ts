import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compute, expectSame, normal, type TensorSpec } from '../../../../test/support/on-backends.ts';

const range = (min: number, max: number) => fc.integer({ min, max });
const pair = (arbitrary: fc.Arbitrary<number>) => fc.tuple(arbitrary, arbitrary);

const pools = fc
  .record({
    count: range(1, 3),
    window: pair(range(1, 4)),
    strides: pair(range(1, 3)),
    more: pair(range(0, 6)),
    channels: range(1, 9),
    pad: fc.constantFrom('valid' as const, 'same' as const),
  })
  .map(({ more, ...rest }) => ({
    ...rest,
    shape: [rest.count, rest.window[0] + more[0], rest.window[1] + more[1], rest.channels],
  }));

test('max pooling sends gradients where the cpu backend does: negative numbers, ties, overlapping windows', async () => {
  const cases = fc.tuple(pools, fc.constantFrom(0, -20), fc.boolean());
  await fc.assert(
    fc.asyncProperty(cases, async ([{ shape, window, strides, pad }, mean, isRectified]) => {
      await expectSame('wasm', [normal(shape, mean)], (x) => [
        tf.grad((a) => {
          const b = (isRectified ? tf.relu(a) : a) as tf.Tensor4D;
          return tf.sum(tf.square(tf.maxPool(b, window, strides, pad)));
        })(x as tf.Tensor),
      ]);
    }),
    { seed: 1, numRuns: 120 },
  );
});

test('pooling over the whole image', async () => {
  await expectSame('wasm', [normal([3, 7, 6, 5])], (x) => [
    tf.grad((a) => tf.sum(tf.square(tf.maxPool(a as tf.Tensor4D, [7, 6], 1, 'valid'))))(x as tf.Tensor),
    tf.grad((a) => tf.sum(tf.square(tf.avgPool(a as tf.Tensor4D, [7, 6], 1, 'valid'))))(x as tf.Tensor),
  ]);
});

const dot = (a: TensorSpec, b: TensorSpec): number =>
  a.values.reduce((sum, value, at) => sum + value * (b.values[at] as number), 0);

test('the gradient of average pooling is its transpose: dy · pool(x) = gradient · x', async () => {
  await fc.assert(
    fc.asyncProperty(pools, async ({ shape, window, strides, pad }) => {
      const x = normal(shape, 1);
      const [pooled, gradient] = await compute('wasm', [x], (a) => {
        const pool = (b: tf.Tensor) => tf.avgPool(b as tf.Tensor4D, window, strides, pad);
        const y = pool(a as tf.Tensor);
        return [y, tf.grad(pool)(a as tf.Tensor, tf.onesLike(y))];
      });
      const ones = { shape: pooled?.shape ?? [], values: new Float32Array(pooled?.values.length ?? 0).fill(1) };
      const expected = dot(pooled as TensorSpec, ones);
      expect(Math.abs(dot(gradient as TensorSpec, x) - expected)).toBeLessThan(1e-5 * dot(x, x));
    }),
    { seed: 1, numRuns: 60 },
  );
});
