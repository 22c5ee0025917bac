import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Conv2DAttributes } from '../../ops/conv2d.ts';
import { kernel } from '../kernel-table.ts';
import { compute, integer, T, type TensorflowBackend, text } from './binding.ts';

interface Conv2DInputs {
  readonly x: TensorInfo;
  readonly filter: TensorInfo;
  readonly bias?: TensorInfo;
}

export const conv2dKernel = kernel<Conv2DInputs, Conv2DAttributes, TensorflowBackend>(
  ({ inputs: { x, filter, bias }, attrs: { strides, pad }, backend }) =>
    compute(backend, (calls) => {
      const attributes = [T, integer('strides', [1, ...strides, 1]), text('padding', pad.toUpperCase())];
      const y = calls.run('Conv2D', [x, filter], attributes);
      return [bias ? calls.run('BiasAdd', [y, bias], [T]) : y];
    }),
);
