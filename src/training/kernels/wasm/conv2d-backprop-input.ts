import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import { kernel } from '../kernel-table.ts';
import { type Conv2DGeometry, type Shape4D, setGeometry } from './geometry.ts';
import { address, allocate, withScratch } from './heap.ts';
import { simdKernels } from './simd-kernels.ts';

/** The gradient of a convolution by its input; the stock kernel is a naive loop, fifteen times slower. */
export const conv2dBackpropInput = kernel<
  { dy: TensorInfo; filter: TensorInfo },
  Conv2DGeometry & { inputShape: Shape4D },
  BackendWasm
>(({ inputs: { dy, filter }, attrs: { inputShape, strides, pad, dimRoundingMode }, backend }) => {
  const kernels = simdKernels(backend);
  setGeometry(
    kernels,
    backend_util.computeConv2DInfo(inputShape, filter.shape as Shape4D, strides, 1, pad, dimRoundingMode),
  );
  const result = allocate(backend, inputShape);
  withScratch(backend, kernels.inputGradientScratch(), (scratch) =>
    kernels.inputGradient({
      dy: address(backend, dy),
      filter: address(backend, filter),
      dx: address(backend, result),
      scratch,
    }),
  );
  return result;
});
