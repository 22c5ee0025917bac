import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test, vi } from 'vitest';
import { backendFailure } from '../../../base/backend-health.ts';
import { device } from '../../index.ts';
import { hearing } from './guard.ts';

interface Module {
  readonly asm: { malloc(bytes: number): number; free(address: number): void };
}

test('an operation that finds no memory while it runs is an error, not a wrong result', async () => {
  const printed = [vi.spyOn(console, 'log'), vi.spyOn(console, 'warn')];
  await import('@tensorflow/tfjs-backend-wasm');
  await hearing(() => tf.setBackend('wasm'));
  const { malloc, free } = ((tf.backend() as BackendWasm).wasm as unknown as Module).asm; // not guarded yet
  await device({ backend: 'wasm' });
  const x = tf.ones([1, 64, 64, 16]) as tf.Tensor4D;
  const filter = tf.ones([3, 3, 16, 1]) as tf.Tensor4D;
  const room = malloc(x.size * 4 + 1024); // for the output, and for nothing else
  malloc(64);
  for (const size of [2 ** 30, 2 ** 27, 2 ** 24, 2 ** 20, 2 ** 16, 2 ** 12, 2 ** 8, 16]) while (malloc(size) !== 0);
  free(room);
  expect(() => tf.depthwiseConv2d(x, filter, 1, 'same')).toThrow(
    'WebAssembly is out of memory: take smaller batches or fewer workers (--workers)',
  );
  expect(backendFailure()?.isHarmful).toBe(true);
  for (const method of printed) expect(method).not.toHaveBeenCalled();
});
