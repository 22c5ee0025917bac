import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { kernel } from '../kernel-table.ts';
import { allocate, dispatch } from './dispatch.ts';
import type { Program } from './program.ts';

/** One workgroup, a thread for each row in turn. */
const tally: Program = {
  name: 'tally',
  inputs: { sums: 'f32', loss: 'f32', logits: 'f32', labels: 'i32' },
  outputs: { nextSums: 'f32' },
  uniforms: { rows: 'u32', classes: 'u32' },
  code: `
    var<workgroup> hits: array<u32, threads>;

    fn isHit(row: u32) -> bool {
      let start = row * u.classes;
      var largest = 0u;
      for (var at = 1u; at < u.classes; at++) {
        if (logits[start + at] > logits[start + largest]) { largest = at; }
      }
      return largest == u32(labels[row]);
    }

    fn run(group: vec3u, groups: vec3u, thread: u32) {
      var count = 0u;
      for (var row = thread; row < u.rows; row += threads) { count += u32(isHit(row)); }
      hits[thread] = count;
      for (var half = threads / 2; half > 0; half /= 2) {
        workgroupBarrier();
        if (thread < half) { hits[thread] += hits[thread + half]; }
      }
      if (thread == 0) {
        nextSums[0] = sums[0] + loss[0] * f32(u.rows);
        nextSums[1] = sums[1] + f32(hits[0]);
      }
    }`,
};

export const tallyKernel = kernel<
  Readonly<Record<'sums' | 'loss' | 'logits' | 'labels', TensorInfo>>,
  unknown,
  WebGPUBackend
>(({ inputs: { sums, loss, logits, labels }, backend }) => {
  const next = allocate(backend, sums.shape);
  const uniforms = [...logits.shape];
  dispatch(backend, tally, { inputs: [sums, loss, logits, labels], outputs: [next], uniforms, groups: [1, 1, 1] });
  return next;
});
