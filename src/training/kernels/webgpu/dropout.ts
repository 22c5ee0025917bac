import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { type DropoutAttributes, dropoutThreshold } from '../../ops/dropout.ts';
import { kernel } from '../kernel-table.ts';
import { allocate, dispatch, groupsFor } from './dispatch.ts';
import type { Program } from './program.ts';

const dropout: Program = {
  name: 'dropout',
  inputs: { x: 'f32' },
  outputs: { y: 'f32' },
  uniforms: { size: 'u32', factor: 'f32', threshold: 'u32', seed: 'u32' },
  code: `
    fn mix(bits: u32) -> u32 {
      let once = (bits ^ (bits >> 16)) * 0x85ebca6bu;
      let twice = (once ^ (once >> 13)) * 0xc2b2ae35u;
      return twice ^ (twice >> 16);
    }
    fn run(group: vec3u, groups: vec3u, thread: u32) {
      let at = flat(group, groups, thread);
      if (at >= u.size) { return; }
      y[at] = x[at] * select(0, u.factor, mix(mix(at ^ 0x9e3779b9u) ^ u.seed) >= u.threshold);
    }`,
};

export const dropoutKernel = kernel<{ x: TensorInfo }, DropoutAttributes, WebGPUBackend>(
  ({ inputs: { x }, attrs: { rate, seed }, backend }) => {
    const y = allocate(backend, x.shape);
    const size = util.sizeFromShape(x.shape);
    const threshold = dropoutThreshold(rate);
    const factor = threshold > 0xffff_ffff ? 0 : 1 / (1 - rate); // where no number of 32 bits survives
    dispatch(backend, dropout, {
      inputs: [x],
      outputs: [y],
      uniforms: [size, factor, threshold, seed >>> 0],
      groups: groupsFor(size),
    });
    return y;
  },
);
