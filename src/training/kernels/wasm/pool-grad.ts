import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import { kernel } from '../kernel-table.ts';
import { type Conv2DGeometry, type Shape4D, setGeometry } from './geometry.ts';
import { address, allocate } from './heap.ts';
import type { SimdKernels } from './module-exports.ts';
import { simdKernels } from './simd-kernels.ts';

interface PoolInputs {
  readonly dy: TensorInfo;
  /** The images that were pooled. */
  readonly input: TensorInfo;
}

type PoolAttributes = Conv2DGeometry & { filterSize: [number, number] | number };

/**
 * The gradient of max pooling: each window's dY goes to its first maximum in row order. The stock kernel is wrong where
 * a window's maximum is not positive: for [−4, −3, −2, −1] it takes the first value.
 */
export const maxPoolGrad = kernel<PoolInputs, PoolAttributes, BackendWasm>(({ inputs, attrs, backend }) => {
  const { kernels, result } = prepare(inputs, attrs, backend);
  kernels.maxPoolGradient({
    x: address(backend, inputs.input),
    dy: address(backend, inputs.dy),
    dx: address(backend, result),
  });
  return result;
});

/**
 * The gradient of average pooling: each window's dY is divided evenly among its pixels inside the image, as the forward
 * pass averages them. Stock kernels divide by the whole window at a padded border, and this backend's is ten times
 * slower.
 */
export const avgPoolGrad = kernel<PoolInputs, PoolAttributes, BackendWasm>(({ inputs, attrs, backend }) => {
  const { kernels, result } = prepare(inputs, attrs, backend);
  kernels.averagePoolGradient({ dy: address(backend, inputs.dy), dx: address(backend, result) });
  return result;
});

function prepare(
  { input }: PoolInputs,
  { filterSize, strides, pad, dimRoundingMode }: PoolAttributes,
  backend: BackendWasm,
): { kernels: SimdKernels; result: TensorInfo } {
  const shape = input.shape as Shape4D;
  const kernels = simdKernels(backend);
  const result = allocate(backend, shape);
  setGeometry(kernels, backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode));
  return { kernels, result };
}
