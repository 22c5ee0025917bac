import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { kernel } from '../kernel-table.ts';

/**
 * A tensor that shares the data of another one. The gradient tape and every read of a variable go through here some
 * fifty times a step; the stock kernel copies the data each time.
 */
export const identity = kernel<{ x: TensorInfo }, unknown, BackendWasm>(({ inputs: { x }, backend }) => {
  backend.incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
});
