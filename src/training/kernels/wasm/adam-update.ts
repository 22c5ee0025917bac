import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { AdamUpdateAttributes } from '../../ops/adam-update.ts';
import { kernel } from '../kernel-table.ts';
import { allocate, floats } from './heap.ts';

export const adamUpdateKernel = kernel<
  Readonly<Record<'weights' | 'gradient' | 'm' | 'v', TensorInfo>>,
  AdamUpdateAttributes,
  BackendWasm
>(({ inputs, attrs: { learningRate, beta1, beta2, epsilon, weightDecay, step }, backend }) => {
  const outputs = [1, 2, 3].map(() => allocate(backend, inputs.weights.shape));
  const [nextW, nextM, nextV] = outputs.map((info) => floats(backend, info)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const weights = floats(backend, inputs.weights);
  const gradient = floats(backend, inputs.gradient);
  const m = floats(backend, inputs.m);
  const v = floats(backend, inputs.v);
  const stepSize = learningRate / (1 - beta1 ** step);
  const correction = 1 / (1 - beta2 ** step);
  for (let at = 0; at < weights.length; at++) {
    const w = weights[at] as number;
    const g = (gradient[at] as number) + weightDecay * w;
    const first = beta1 * (m[at] as number) + (1 - beta1) * g;
    const second = beta2 * (v[at] as number) + (1 - beta2) * g * g;
    nextM[at] = first;
    nextV[at] = second;
    nextW[at] = w - (stepSize * first) / (Math.sqrt(second * correction) + epsilon);
  }
  return outputs;
});
