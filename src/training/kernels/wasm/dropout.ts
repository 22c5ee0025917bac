import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { type DropoutAttributes, dropoutThreshold } from '../../ops/dropout.ts';
import { kernel } from '../kernel-table.ts';
import { address, allocate } from './heap.ts';
import { simdKernels } from './simd-kernels.ts';

export const dropoutKernel = kernel<{ x: TensorInfo }, DropoutAttributes, BackendWasm>(
  ({ inputs: { x }, attrs: { rate, seed }, backend }) => {
    const y = allocate(backend, x.shape);
    simdKernels(backend).dropout({
      x: address(backend, x),
      y: address(backend, y),
      count: util.sizeFromShape(x.shape),
      factor: 1 / (1 - rate),
      threshold: dropoutThreshold(rate),
      seed,
    });
    return y;
  },
);
