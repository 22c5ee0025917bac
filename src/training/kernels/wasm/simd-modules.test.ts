import { createHash } from 'node:crypto';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { simdModules, withEachSimdModule } from '../../../../test/support/on-backends.ts';
import { wasm } from '../../backend/wasm.ts';
import { batchNorm } from '../../ops/batch-norm.ts';
import { hasFusedArithmetic } from './fused-arithmetic.ts';
import { takeSimdModule } from './simd-kernels.ts';

const withoutFma = 'WebAssembly has no relaxed SIMD here, or the processor no fused multiply-add';

afterEach(() => void vi.unstubAllEnvs());

/** Numbers from −1 to 1 that every engine computes alike. */
function numbers(shape: number[], seed: number): tf.Tensor {
  let state = seed;
  return tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 31 - 1;
    }),
    shape,
  );
}

/** The digest of what the kernels give: convolutions of both kinds, products and normalisation, with their gradients. */
function digest(): string {
  const results = tf.tidy(() => {
    const convolve = (x: tf.Tensor, filter: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same');
    const product = (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D);
    const normalise = (...tensors: tf.Tensor[]) => {
      const [x, scale, shift] = tensors as [tf.Tensor, tf.Tensor1D, tf.Tensor1D];
      const [movingMean, movingVariance] = [tf.zeros<tf.Rank.R1>([7]), tf.ones<tf.Rank.R1>([7])];
      const attributes = { epsilon: 1e-3, momentum: 0.1, activation: 'relu' } as const;
      return batchNorm({ x, scale, shift, movingMean, movingVariance }, attributes).y;
    };
    const all = (f: (...tensors: tf.Tensor[]) => tf.Tensor, ...shapes: number[][]) => {
      const tensors = shapes.map((shape, at) => numbers(shape, at));
      const y = f(...tensors);
      return [y, ...tf.grads(f)(tensors, numbers(y.shape, 9))];
    };
    return [
      ...all(convolve, [3, 7, 8, 5], [3, 3, 5, 9]),
      ...all(convolve, [4, 12, 12, 8], [3, 3, 8, 12]), // by Winograd's filtering
      ...all(product, [13, 70], [70, 18]),
      ...all(normalise, [30, 7], [7], [7]),
    ];
  });
  const hash = createHash('sha256');
  for (const result of results) hash.update(new Uint8Array(result.dataSync<'float32'>().buffer));
  tf.dispose(results);
  return hash.digest('hex').slice(0, 16);
}

test('each module gives the same bits in every engine and on every processor', async () => {
  const found: Record<string, string> = {};
  await withEachSimdModule(async (module) => {
    found[module] = digest();
  });
  const known = { plain: '2f100bd089d6ad4c', fused: '406e2bd27b2a58b4' };
  expect(found).toEqual(Object.fromEntries(simdModules.map((module) => [module, known[module]])));
});

describe('the module', () => {
  test('is the fused one by default, and named', async ({ skip }) => {
    skip(!hasFusedArithmetic(), withoutFma);
    expect((await wasm.start(true)).description).toBe('WebAssembly with FMA on one CPU thread');
    const byDefault = digest();
    takeSimdModule(tf.backend() as BackendWasm, 'fused');
    expect(digest()).toBe(byDefault);
  });

  test('is the plain one with HPO_SIMD=plain', async () => {
    vi.stubEnv('HPO_SIMD', 'plain');
    expect((await wasm.start(true)).description).toBe('WebAssembly on one CPU thread');
    const taken = digest();
    takeSimdModule(tf.backend() as BackendWasm, 'plain');
    expect(digest()).toBe(taken);
  });
});
