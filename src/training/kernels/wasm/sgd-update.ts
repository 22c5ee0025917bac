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
  const outputs = [1, 2].map(() => allocate(backend, weights.shape));
  const at = [weights, gradient, velocity, ...outputs].map((tensor) => address(backend, tensor));
  simdKernels(backend).sgd(
    util.sizeFromShape(weights.shape),
    ...(at as [number, number, number, number, number]),
    ...([learningRate, momentum, taken, weightDecay, nesterov] as const),
  );
  return outputs;
});
