import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { AdamUpdateAttributes } from '../../ops/adam-update.ts';
import { kernel } from '../kernel-table.ts';
import { address, allocate } from './heap.ts';
import { simdKernels } from './simd-kernels.ts';

export const adamUpdateKernel = kernel<
  Readonly<Record<'weights' | 'gradient' | 'm' | 'v', TensorInfo>>,
  AdamUpdateAttributes,
  BackendWasm
>(({ inputs, attrs: { learningRate, beta1, beta2, epsilon, weightDecay, step }, backend }) => {
  const { weights, gradient, m, v } = inputs;
  const at = (tensor: TensorInfo): number => address(backend, tensor);
  const [nextWeights, nextM, nextV] = [1, 2, 3].map(() => allocate(backend, weights.shape)) as [
    TensorInfo,
    TensorInfo,
    TensorInfo,
  ];
  simdKernels(backend).adam({
    count: util.sizeFromShape(weights.shape),
    weights: at(weights),
    gradient: at(gradient),
    m: at(m),
    v: at(v),
    nextWeights: at(nextWeights),
    nextM: at(nextM),
    nextV: at(nextV),
    stepSize: learningRate / (1 - beta1 ** step),
    beta1,
    beta2,
    correction: 1 / (1 - beta2 ** step),
    epsilon,
    weightDecay,
  });
  return [nextWeights, nextM, nextV];
});
