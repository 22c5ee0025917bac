import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { SgdUpdateAttributes } from '../../ops/sgd-update.ts';
import { kernel } from '../kernel-table.ts';
import { allocate, dispatch, groupsFor } from './dispatch.ts';
import type { Program } from './program.ts';

const sgd: Program = {
  name: 'sgd',
  inputs: { weights: 'f32', gradient: 'f32', velocity: 'f32' },
  outputs: { nextWeights: 'f32', nextVelocity: 'f32' },
  uniforms: {
    size: 'u32',
    learningRate: 'f32',
    momentum: 'f32',
    taken: 'f32',
    weightDecay: 'f32',
    isNesterov: 'u32',
  },
  code: `
    fn run(group: vec3u, groups: vec3u, thread: u32) {
      let at = flat(group, groups, thread);
      if (at >= u.size) { return; }
      let g = gradient[at] + u.weightDecay * weights[at];
      let next = u.momentum * velocity[at] + u.taken * g;
      nextVelocity[at] = next;
      nextWeights[at] = weights[at] - u.learningRate * select(next, g + u.momentum * next, u.isNesterov == 1);
    }`,
};

export const sgdUpdateKernel = kernel<
  Readonly<Record<'weights' | 'gradient' | 'velocity', TensorInfo>>,
  SgdUpdateAttributes,
  WebGPUBackend
>(({ inputs: { weights, gradient, velocity }, attrs, backend }) => {
  const { learningRate, momentum, taken, weightDecay, nesterov } = attrs;
  const outputs = [weights, velocity].map(({ shape }) => allocate(backend, shape));
  const size = util.sizeFromShape(weights.shape);
  dispatch(backend, sgd, {
    inputs: [weights, gradient, velocity],
    outputs,
    uniforms: [size, learningRate, momentum, taken, weightDecay, Number(nesterov)],
    groups: groupsFor(size),
  });
  return outputs;
});
