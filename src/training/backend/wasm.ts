import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { readEnvironment } from '../environment.ts';
import { hasFusedArithmetic } from '../kernels/wasm/fused-arithmetic.ts';
import { guardBackend, hearing } from '../kernels/wasm/guard.ts';
import { takeSimdModule } from '../kernels/wasm/simd-kernels.ts';
import type { Candidate } from './candidate.ts';

/**
 * WebAssembly (XNNPACK) with our training kernels, on one thread: threads inside the backend gain nothing in Node, and
 * one worker process for each core does. The description names fused multiply-adds (FMA) where the kernels use them,
 * since their results differ from those of plain arithmetic by rounding.
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
    const backend = tf.backend() as BackendWasm;
    guardBackend(backend);
    const isFused = readEnvironment().simd !== 'plain' && hasFusedArithmetic();
    takeSimdModule(backend, isFused ? 'fused' : 'plain');
    return { backend: 'wasm', kind: 'cpu', description: `WebAssembly${isFused ? ' with FMA' : ''} on one CPU thread` };
  },
};
