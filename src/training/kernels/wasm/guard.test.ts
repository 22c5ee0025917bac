import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { backendFailure } from '../../../base/backend-health.ts';
import { device } from '../../index.ts';

interface Module {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(address: number): void;
}

const full = 'WebAssembly is out of memory: take smaller batches or fewer workers (--workers)';

let module: Module;
beforeAll(async () => {
  await device({ backend: 'wasm' });
  module = (tf.backend() as BackendWasm).wasm as unknown as Module;
});

/** A sum that any damage to the heap would change. */
const product = () => tf.tidy(() => tf.sum(tf.matMul(tf.ones([64, 128]), tf.ones([128, 32]))).dataSync()[0]);

/** Takes memory in pieces of these sizes, without touching its pages, until there is no room for another. */
function fill(sizes: readonly number[]): number[] {
  const taken: number[] = [];
  for (const size of sizes) {
    try {
      for (;;) taken.push(module._malloc(size));
    } catch (error) {
      expect(error).toMatchObject({ code: 'HPO_BACKEND', message: full });
    }
  }
  return taken;
}

test('an allocation without room is refused, and harms nothing', () => {
  const before = tf.memory().numTensors;
  const taken = fill([2 ** 30, 2 ** 27, 2 ** 24, 2 ** 20]);
  expect(taken.reduce((sum) => sum + 1, 0)).toBeGreaterThan(3);
  expect(() => tf.tidy(() => tf.ones([2 ** 22]))).toThrow(full);
  expect(product()).toBe(64 * 128 * 32);
  for (const address of taken) module._free(address);
  expect(product()).toBe(64 * 128 * 32);
  expect(tf.memory().numTensors).toBe(before);
  expect(backendFailure()).toMatchObject({ error: { message: full }, isHarmful: false });
});

test('an allocation larger than any memory is refused, rather than taken modulo 2^32', () => {
  expect(() => tf.tidy(() => tf.matMul(tf.ones([33_000, 1]), tf.ones([1, 33_000])))).toThrow(full);
  expect(product()).toBe(64 * 128 * 32);
  expect(backendFailure()?.isHarmful).toBe(false);
});

test('a place that is too small, which the allocator gives out, ends all computing', () => {
  const held = tf.ones([4]);
  for (const size of [2.1e9, 1e9, 360e6, 460.8e6]) module._malloc(size);
  module._free(module._malloc(747_180));
  expect(() => module._malloc(460.8e6)).toThrow(full);
  expect(backendFailure()).toMatchObject({ error: { message: full }, isHarmful: true });
  expect(() => product()).toThrow(full);
  const before = tf.memory().numTensors;
  held.dispose();
  expect(tf.memory().numTensors).toBe(before - 1);
});
