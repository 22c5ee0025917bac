import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { SgdUpdateAttributes } from '../../ops/sgd-update.ts';
import { kernel } from '../kernel-table.ts';
import { address, allocate } from './heap.ts';
import { simdKernels } from './simd-kernels.ts';

export const sgdUpdateKernel = kernel<
  Readonly<Record<'weights' | 'gradient' | 'velocity', TensorInfo>>,
  SgdUpdateAttributes,
  BackendWasm
>(({ inputs, attrs: { learningRate, momentum, taken, weightDecay, nesterov }, backend }) => {
  const { weights, gradient, velocity } = inputs;
  const at = (tensor: TensorInfo): number => address(backend, tensor);
  const nextWeights = allocate(backend, weights.shape);
  const nextVelocity = allocate(backend, weights.shape);
  simdKernels(backend).sgd({
    count: util.sizeFromShape(weights.shape),
    weights: at(weights),
    gradient: at(gradient),
    velocity: at(velocity),
    nextWeights: at(nextWeights),
    nextVelocity: at(nextVelocity),
    learningRate,
    momentum,
    taken,
    weightDecay,
    isNesterov: nesterov,
  });
  return [nextWeights, nextVelocity];
});
