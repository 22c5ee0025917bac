import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compute, expectSame, normal, type TensorSpec } from '../../../../test/support/on-backends.ts';
import { batchNorm, batchNormInference } from '../../ops/batch-norm.ts';

const range = (min: number, max: number) => fc.integer({ min, max });

test('outputs, running statistics and gradients are those of the composed op on cpu', async () => {
  const cases = fc.record({
    rows: range(2, 300),
    channels: range(1, 35),
    activation: fc.constantFrom('linear' as const, 'relu' as const),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ rows, channels, activation }) => {
      const attributes = { epsilon: 1e-3, momentum: 0.1, activation };
      const vectors = [1, 0, 2, 3].map((mean) => normal([channels], mean));
      // A variance far below zero has no root; the squares of these values have one.
      vectors[3] = { shape: [channels], values: (vectors[3] as TensorSpec).values.map((value) => value * value) };
      await expectSame('wasm', [normal([rows, channels], 0.5), ...vectors], (...tensors) => {
        const [x, scale, shift, movingMean, movingVariance] = tensors as [tf.Tensor, ...tf.Tensor1D[]] as [
          tf.Tensor,
          tf.Tensor1D,
          tf.Tensor1D,
          tf.Tensor1D,
          tf.Tensor1D,
        ];
        const statistics = { movingMean, movingVariance };
        const result = batchNorm({ x, scale, shift, ...statistics }, attributes);
        const loss = (...[a, b, c]: tf.Tensor[]) => {
          const inputs = { x: a as tf.Tensor, scale: b as tf.Tensor1D, shift: c as tf.Tensor1D, ...statistics };
          const { y } = batchNorm(inputs, attributes);
          // Positive, so that the sums over rows do not cancel out and leave only the cpu backend's rounding.
          return tf.sum(tf.mul(y, tf.reshape(tf.add(tf.cos(tf.range(0, y.size)), 1), y.shape)));
        };
        return [
          result.y,
          result.movingMean,
          result.movingVariance,
          batchNormInference({ x, scale, shift, ...statistics }, attributes),
          ...tf.grads(loss)([x, scale, shift]),
        ];
      });
    }),
    { seed: 1, numRuns: 80 },
  );
});

test('the variance of numbers far from zero is not lost to rounding', async () => {
  const { values } = normal([1000, 5]);
  const far = { shape: [1000, 5], values: values.map((value) => Math.fround(1000 + value)) };
  const ones = { shape: [5], values: new Float32Array(5).fill(1) };
  const zeros = { shape: [5], values: new Float32Array(5) };
  const [mean, variance] = await compute('wasm', [far, ones, zeros], (x, one, zero) => {
    const statistics = { movingMean: zero as tf.Tensor1D, movingVariance: zero as tf.Tensor1D };
    const inputs = { x: x as tf.Tensor, scale: one as tf.Tensor1D, shift: zero as tf.Tensor1D, ...statistics };
    const result = batchNorm(inputs, { epsilon: 1e-5, momentum: 1, activation: 'linear' });
    return [result.movingMean, result.movingVariance];
  });
  for (let channel = 0; channel < 5; channel++) {
    const column = [...far.values].filter((_, at) => at % 5 === channel);
    const average = column.reduce((sum, value) => sum + value) / 1000;
    const expected = column.reduce((sum, value) => sum + (value - average) ** 2, 0) / 999;
    expect(mean?.values[channel]).toBe(Math.fround(average));
    expect(Math.abs((variance?.values[channel] as number) / expected - 1)).toBeLessThan(1e-6);
  }
});
