import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { dispatch, groupsFor } from './dispatch.ts';
import { type FinishCode, finishCode, finishName } from './finish.ts';
import { madeOnce } from './made-once.ts';
import { type Program, threads } from './program.ts';

/** Elements of which each is enough work for a thread. */
const manyElements = 100_000;
/** Lanes that share out the slices of fewer elements. */
const manyLanes = 16;

const programs = madeOnce<Program>();

/**
 * Adds up the slices of a result, always in the same order, and finishes it.
 *
 * @param partial [slices, size]; is disposed of.
 */
export function sumOfSlices(
  backend: WebGPUBackend,
  {
    partial,
    result,
    bias,
  }: Readonly<Record<'partial' | 'result', TensorInfo>> & { readonly bias?: TensorInfo | undefined },
  { slices, size, columns }: Readonly<Record<'slices' | 'size' | 'columns', number>>,
  finish: FinishCode,
): void {
  const lanes = size < manyElements && slices >= manyLanes ? manyLanes : 1;
  dispatch(backend, program(finish, lanes), {
    inputs: [partial, ...(bias ? [bias] : [])],
    outputs: [result],
    uniforms: [size, columns, slices],
    groups: groupsFor(size, threads / lanes),
  });
  backend.disposeData(partial.dataId);
}

/** Lanes of a workgroup share out the slices, so that a small result is not the work of a few threads. */
function program(finish: FinishCode, lanes: number): Program {
  const name = `sum of slices by ${lanes}${finishName(finish)}`;
  return programs(name, () => ({
    name,
    inputs: { partial: 'f32', ...(finish.hasBias && { bias: 'f32' }) },
    outputs: { c: 'f32' },
    uniforms: { size: 'u32', columns: 'u32', slices: 'u32' },
    code: `${finishCode(finish)}
      const elements = threads / ${lanes};
      var<workgroup> sums: array<f32, threads>;
      fn run(group: vec3u, groups: vec3u, thread: u32) {
        let at = (group.y * groups.x + group.x) * elements + thread % elements;
        let lane = thread / elements;
        var sum = 0f;
        if (at < u.size) {
          for (var slice = lane; slice < u.slices; slice += ${lanes}) { sum += partial[slice * u.size + at]; }
        }
        sums[thread] = sum;
        workgroupBarrier();
        if (lane > 0 || at >= u.size) { return; }
        for (var other = 1u; other < ${lanes}; other++) { sum += sums[thread + other * elements]; }
        c[at] = finished(sum, at % u.columns);
      }`,
  }));
}
