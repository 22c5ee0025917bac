import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import { kernel } from '../kernel-table.ts';
import { type Conv2DGeometry, type Shape4D, setGeometry } from './geometry.ts';
import { address, allocate } from './heap.ts';
import { simdKernels } from './simd-kernels.ts';

/**
 * The gradient of max pooling: each window's dY goes to its first maximum in row order. The stock kernel is wrong where
 * a window's maximum is not positive: of [−4, −3, −2, −1] it names the first.
 */
export const maxPoolGrad = kernel<
  { dy: TensorInfo; input: TensorInfo },
  Conv2DGeometry & { filterSize: [number, number] | number },
  BackendWasm
>(({ inputs: { dy, input }, attrs: { filterSize, strides, pad, dimRoundingMode }, backend }) => {
  const kernels = simdKernels(backend);
  setGeometry(
    kernels,
    backend_util.computePool2DInfo(input.shape as Shape4D, filterSize, strides, 1, pad, dimRoundingMode),
  );
  const result = allocate(backend, input.shape);
  kernels.maxPoolGradient(address(backend, input), address(backend, dy), address(backend, result));
  return result;
});
