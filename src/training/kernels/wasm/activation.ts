import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { Elu, LeakyRelu, Prelu, Relu, Relu6, Sigmoid, type TensorInfo } from '@tensorflow/tfjs-core';
import { stockKernel } from '../stock-kernel.ts';

/** The attributes that tfjs passes to fused kernels for the activation of their result; none for a linear one. */
export interface ActivationAttributes {
  readonly activation?: string;
  readonly leakyreluAlpha?: number;
}

/** The stock kernel of each activation that tf.fused knows. */
const kernels: Readonly<Record<string, string>> = {
  elu: Elu,
  leakyrelu: LeakyRelu,
  prelu: Prelu,
  relu: Relu,
  relu6: Relu6,
  sigmoid: Sigmoid,
};

/**
 * Applies a fused kernel's activation to its result, which is freed unless it is returned itself.
 *
 * @param preluActivationWeights the slopes of 'prelu'.
 */
export function activate(
  backend: BackendWasm,
  x: TensorInfo,
  { activation = 'linear', leakyreluAlpha = 0 }: ActivationAttributes,
  preluActivationWeights?: TensorInfo,
): TensorInfo {
  const name = kernels[activation];
  if (!name) return x;
  const inputs = preluActivationWeights ? { x, alpha: preluActivationWeights } : { x };
  const result = stockKernel(name, 'wasm')({ inputs, backend, attrs: { alpha: leakyreluAlpha } }) as TensorInfo;
  backend.disposeData(x.dataId);
  return result;
}
