import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { Conv2D, FusedConv2D, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Conv2DAttributes } from '../../ops/conv2d.ts';
import { kernel } from '../kernel-table.ts';
import { stockKernel } from './stock-kernels.ts';

/** XNNPACK's convolution, which adds the bias on its way. */
export const conv2dKernel = kernel<
  { x: TensorInfo; filter: TensorInfo; bias?: TensorInfo },
  Conv2DAttributes,
  BackendWasm
>(({ inputs: { x, filter, bias }, attrs: { strides, pad }, backend }) => {
  const attrs = { strides: [...strides], pad, dataFormat: 'NHWC', dilations: [1, 1] };
  return bias
    ? (stockKernel(FusedConv2D)({
        inputs: { x, filter, bias },
        backend,
        attrs: { ...attrs, activation: 'linear' },
      }) as TensorInfo)
    : (stockKernel(Conv2D)({ inputs: { x, filter }, backend, attrs }) as TensorInfo);
});
