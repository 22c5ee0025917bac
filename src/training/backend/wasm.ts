import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { guardBackend, hearing } from '../kernels/wasm/guard.ts';
import type { Candidate } from './candidate.ts';

/**
 * WebAssembly (XNNPACK) with our training kernels, on one thread: threads inside the backend gain nothing in Node, and
 * one worker process for each core does.
 */
export const wasm: Candidate = {
  label: 'wasm',
  backend: 'wasm',
  async start() {
    const { setThreadsCount } = await import('@tensorflow/tfjs-backend-wasm');
    setThreadsCount(1);
    if (!(await hearing(() => tf.setBackend('wasm')))) {
      throw new Error('this machine does not run the WebAssembly backend');
    }
    guardBackend(tf.backend() as BackendWasm);
    return { backend: 'wasm', kind: 'cpu', description: 'WebAssembly on one CPU thread' };
  },
};
