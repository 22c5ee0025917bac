import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { kernel } from '../kernel-table.ts';
import { compute, type TensorflowBackend } from './binding.ts';

/**
 * Reshapes without a new tensor of each shape, which the stock kernel makes, and which takes longer than the operation.
 */
export const reshape = (stock: KernelFunc): KernelFunc =>
  kernel<{ x: TensorInfo }, { readonly shape: readonly number[] }, TensorflowBackend>(({ inputs, attrs, backend }) => {
    const { x } = inputs;
    if (x.dtype !== 'float32') return stock({ inputs: { ...inputs }, attrs: { ...attrs }, backend }) as TensorInfo;
    return compute(backend, (calls) => [calls.reshape(x, attrs.shape)])[0] as TensorInfo;
  });
