import * as tf from '@tensorflow/tfjs-core';
import type { Candidate } from './candidate.ts';

/** Plain JavaScript: some hundred times slower than wasm; the reference for gradients. */
export const cpu: Candidate = {
  label: 'cpu',
  backend: 'cpu',
  async start() {
    await import('@tensorflow/tfjs-backend-cpu');
    if (!(await tf.setBackend('cpu'))) throw new Error('the plain JavaScript backend does not start');
    return { backend: 'cpu', kind: 'cpu', description: 'plain JavaScript on the CPU (very slow)' };
  },
};
