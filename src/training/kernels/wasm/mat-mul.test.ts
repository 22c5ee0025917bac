import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compute, expectSame, normal } from '../../../../test/support/on-backends.ts';

const range = (min: number, max: number) => fc.integer({ min, max });

test('products of matrices, transposed or not, are those of the cpu backend', async () => {
  const cases = fc.record({
    rows: range(1, 40),
    depth: fc.oneof(range(1, 20), range(50, 700)),
    columns: range(1, 40),
    transposeA: fc.boolean(),
    transposeB: fc.boolean(),
    isFused: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ rows, depth, columns, transposeA, transposeB, isFused }) => {
      const a = normal(transposeA ? [depth, rows] : [rows, depth]);
      const b = normal(transposeB ? [columns, depth] : [depth, columns]);
      await expectSame('wasm', [a, b, normal([columns])], (...tensors) => {
        const [one, other, bias] = tensors as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D];
        if (!isFused) return [tf.matMul(one, other, transposeA, transposeB)];
        return [tf.fused.matMul({ a: one, b: other, transposeA, transposeB, bias, activation: 'relu' })];
      });
    }),
    { seed: 1, numRuns: 100 },
  );
});

describe('a product', () => {
  test('with a gradient by both matrices', async () => {
    await expectSame('wasm', [normal([64, 130]), normal([130, 10])], (...tensors) => {
      const product = (a: tf.Tensor, b: tf.Tensor) => tf.square(tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D));
      return tf.grads(product)(tensors as tf.Tensor[]);
    });
  });

  test('with NaN keeps it in its row', async () => {
    const a = { shape: [2, 3], values: Float32Array.of(1, Number.NaN, 3, 4, 5, 6) };
    const b = { shape: [3, 5], values: new Float32Array(15).fill(1) };
    const [product] = await compute('wasm', [a, b], (x, y) => [tf.matMul(x as tf.Tensor2D, y as tf.Tensor2D)]);
    expect([...(product?.values ?? [])]).toEqual([...new Array(5).fill(Number.NaN), ...new Array(5).fill(15)]);
  });
});
