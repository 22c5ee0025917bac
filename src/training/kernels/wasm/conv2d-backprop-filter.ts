import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import { kernel } from '../kernel-table.ts';
import { type Conv2DGeometry, type Shape4D, setGeometry } from './geometry.ts';
import { address, allocate, withScratch } from './heap.ts';
import { simdKernels } from './simd-kernels.ts';

/** The gradient of a convolution by its filter, which tfjs-backend-wasm 4.22 lacks. */
export const conv2dBackpropFilter = kernel<
  { x: TensorInfo; dy: TensorInfo },
  Conv2DGeometry & { filterShape: Shape4D },
  BackendWasm
>(({ inputs: { x, dy }, attrs: { filterShape, strides, pad, dimRoundingMode }, backend }) => {
  const kernels = simdKernels(backend);
  setGeometry(
    kernels,
    backend_util.computeConv2DInfo(x.shape as Shape4D, filterShape, strides, 1, pad, dimRoundingMode),
  );
  const result = allocate(backend, filterShape);
  withScratch(backend, kernels.filterGradientScratch(), (scratch) =>
    kernels.filterGradient({
      x: address(backend, x),
      dy: address(backend, dy),
      dw: address(backend, result),
      scratch,
    }),
  );
  return result;
});
