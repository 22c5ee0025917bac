import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { adam, device, memoryImages, searchedCnn, sgd, train } from '../../index.ts';

/** Thirty-two images of noise. */
const set = memoryImages({
  pixels: Uint8Array.from({ length: 32 * 32 * 32 * 3 }, (_, at) => (at * 7919) % 251),
  labels: Uint16Array.from({ length: 32 }, (_, at) => at % 10),
  imageShape: [32, 32, 3],
  classes: [...'abcdefghij'],
});

function occupancy(): object {
  const backend = tf.backend() as BackendWasm;
  const { numTensors, numBytes, numDataBuffers } = tf.memory();
  const heap = (backend.wasm as unknown as { readonly HEAPU8: Uint8Array }).HEAPU8.byteLength;
  return { numTensors, numBytes, numDataBuffers, dataIds: backend.numDataIds(), heap };
}

test.each([
  ['Adam', () => adam()],
  ['gradient descent', () => sgd({ momentum: 0.9 })],
])('500 steps of %s leave no tensor and no byte behind, in tfjs or in the heap', async (_, optimizer) => {
  await device({ backend: 'wasm' });
  const model = searchedCnn({ fc1: 32, fc2: 32, dropout: 0.2, seed: 1 });
  const indices = Uint32Array.from({ length: 32 }, (__, at) => at);
  const data = { train: { set, indices }, validation: { set, indices: indices.subarray(0, 1) } };
  const seen: object[] = [];
  await train({
    model,
    optimizer: optimizer(),
    data,
    normalisation: { mean: [0.5, 0.5, 0.5], deviation: [0.25, 0.25, 0.25] },
    augmentation: { horizontalFlip: 0.5, cropPadding: 4 },
    batchSize: 8,
    epochs: 125,
    seed: 1,
    onEpoch: () => void seen.push(occupancy()),
  });
  model.dispose();
  expect(seen.slice(5)).toEqual(new Array(120).fill(seen[4]));
});

test('the kernels follow when the memory grows', async () => {
  await device({ backend: 'wasm' });
  const product = () => tf.tidy(() => tf.sum(tf.matMul(tf.ones([9, 300]), tf.ones([300, 9]))).dataSync()[0]);
  expect(product()).toBe(9 * 9 * 300);
  const { buffer } = (tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm.HEAPU8;
  expect(buffer, 'a shared memory would need a module of its own').toBeInstanceOf(ArrayBuffer);
  const held = tf.zeros([buffer.byteLength / 4]);
  const grown = (tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm.HEAPU8.buffer;
  expect(grown.byteLength).toBeGreaterThan(buffer.byteLength);
  expect(product()).toBe(9 * 9 * 300);
  held.dispose();
});
