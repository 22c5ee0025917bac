import { expect, test } from 'vitest';
import { backendFailure } from '../../base/backend-health.ts';
import { explainFailures } from './tensorflow-failure.ts';

/** The first error of a binding whose operation throws TensorFlow's `message`. */
function thrownFor(message: string): unknown {
  const backend = {
    binding: {
      executeOp: () => {
        throw new Error(message);
      },
    },
  };
  explainFailures(backend, 'TensorFlow on a GPU');
  try {
    return backend.binding.executeOp();
  } catch (error) {
    return error;
  }
}

test.each([
  'Invalid TF_Status: 8\nMessage: OOM when allocating tensor with shape[64,512,512] and type float on GPU:0 by allocator',
  'Invalid TF_Status: 13\nMessage: Failed copying input tensor from CPU to GPU: Dst tensor is not initialized.',
  'CUDA error: Failed to call cuMemAlloc: CUDA_ERROR_OUT_OF_MEMORY: out of memory',
])('full memory is named with the remedy: %s', (message) => {
  expect(thrownFor(message)).toMatchObject({
    code: 'HPO_BACKEND',
    message: 'TensorFlow on a GPU is out of memory: take smaller batches or fewer workers (--workers)',
  });
  expect(backendFailure()?.isHarmful).toBe(false);
});

test('what is wrong with the operation itself stays as it is', () => {
  expect(thrownFor('Invalid TF_Status: 3\nMessage: Matrix size-incompatible')).not.toHaveProperty('code');
});

test('a broken GPU is named in one line, and nothing computed since then is trusted', () => {
  expect(thrownFor('GPU sync failed: CUDA_ERROR_ILLEGAL_ADDRESS\nmore')).toMatchObject({
    message: 'TensorFlow on a GPU broke down: GPU sync failed: CUDA_ERROR_ILLEGAL_ADDRESS',
  });
  expect(backendFailure()?.isHarmful).toBe(true);
});
