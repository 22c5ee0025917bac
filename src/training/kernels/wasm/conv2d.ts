import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Conv2DAttributes } from '../../ops/conv2d.ts';
import { kernel } from '../kernel-table.ts';
import { type Shape4D, setGeometry } from './geometry.ts';
import { address, allocate, withScratch } from './heap.ts';
import { simdKernels } from './simd-kernels.ts';

export const conv2dKernel = kernel<
  { x: TensorInfo; filter: TensorInfo; bias?: TensorInfo },
  Conv2DAttributes,
  BackendWasm
>(({ inputs: { x, filter, bias }, attrs: { strides, pad }, backend }) => {
  const kernels = simdKernels(backend);
  const info = backend_util.computeConv2DInfo(x.shape as Shape4D, filter.shape as Shape4D, [...strides], 1, pad);
  setGeometry(kernels, info);
  const y = allocate(backend, info.outShape);
  const addresses = [x, filter].map((input) => address(backend, input)) as [number, number];
  withScratch(backend, kernels.convolveScratch(), (scratch) =>
    kernels.convolve(...addresses, bias ? address(backend, bias) : 0, address(backend, y), scratch),
  );
  return y;
});
