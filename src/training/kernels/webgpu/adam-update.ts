import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { AdamUpdateAttributes } from '../../ops/adam-update.ts';
import { kernel } from '../kernel-table.ts';
import { allocate, dispatch, groupsFor } from './dispatch.ts';
import type { Program } from './program.ts';

const adam: Program = {
  name: 'adam',
  inputs: { weights: 'f32', gradient: 'f32', m: 'f32', v: 'f32' },
  outputs: { nextWeights: 'f32', nextM: 'f32', nextV: 'f32' },
  uniforms: {
    size: 'u32',
    stepSize: 'f32',
    beta1: 'f32',
    rest1: 'f32',
    beta2: 'f32',
    rest2: 'f32',
    correction: 'f32',
    epsilon: 'f32',
    weightDecay: 'f32',
  },
  code: `
    fn run(group: vec3u, groups: vec3u, thread: u32) {
      let at = flat(group, groups, thread);
      if (at >= u.size) { return; }
      let g = gradient[at] + u.weightDecay * weights[at];
      let first = u.beta1 * m[at] + u.rest1 * g;
      let second = u.beta2 * v[at] + u.rest2 * g * g;
      nextM[at] = first;
      nextV[at] = second;
      nextWeights[at] = weights[at] - u.stepSize * first / (sqrt(second) * u.correction + u.epsilon);
    }`,
};

export const adamUpdateKernel = kernel<
  Readonly<Record<'weights' | 'gradient' | 'm' | 'v', TensorInfo>>,
  AdamUpdateAttributes,
  WebGPUBackend
>(({ inputs: { weights, gradient, m, v }, attrs, backend }) => {
  const { learningRate, beta1, beta2, epsilon, weightDecay, step } = attrs;
  const outputs = [weights, m, v].map(({ shape }) => allocate(backend, shape));
  const size = util.sizeFromShape(weights.shape);
  const stepSize = learningRate / (1 - beta1 ** step);
  const correction = 1 / Math.sqrt(1 - beta2 ** step);
  dispatch(backend, adam, {
    inputs: [weights, gradient, m, v],
    outputs,
    uniforms: [size, stepSize, beta1, 1 - beta1, beta2, 1 - beta2, correction, epsilon, weightDecay],
    groups: groupsFor(size),
  });
  return outputs;
});
