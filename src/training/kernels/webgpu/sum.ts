import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { type KernelFunc, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { kernel } from '../kernel-table.ts';
import { allocate, dispatch } from './dispatch.ts';
import { noFinish } from './finish.ts';
import { type Program, threads } from './program.ts';
import { sliceCode, slicesOf } from './row-slices.ts';
import { sumOfSlices } from './sum-of-slices.ts';

const columnSums: Program = {
  name: 'column sums',
  inputs: { x: 'f32' },
  outputs: { partial: 'f32' },
  uniforms: { rows: 'u32', channels: 'u32' },
  code: `${sliceCode}
    var<workgroup> sums: array<f32, threads>;
    fn run(group: vec3u, groups: vec3u, thread: u32) {
      let s = sliceOf(group, groups, thread);
      var sum = 0f;
      if (s.lane < s.lanes) {
        for (var row = s.start + s.lane; row < s.end; row += s.lanes) { sum += x[row * u.channels + s.channel]; }
      }
      sums[thread] = sum;
      workgroupBarrier();
      if (s.lane > 0) { return; }
      for (var other = 1u; other < s.lanes; other++) { sum += sums[thread + other * s.channels]; }
      partial[group.x * u.channels + s.channel] = sum;
    }`,
};

/**
 * Sum over all axes but the last, as the gradient of a bias takes it. The stock kernel transposes first.
 *
 * @param stock the stock kernel, which still does all other sums.
 */
export function sum(stock: KernelFunc): KernelFunc {
  return kernel<{ x: TensorInfo }, { axis?: number | number[] | null; keepDims?: boolean }, WebGPUBackend>(
    ({ inputs, attrs, backend }) => {
      const { x } = inputs;
      const axes = new Set(util.parseAxisParam(attrs.axis ?? x.shape.map((_, axis) => axis), x.shape));
      const [columns = 0, ...leading] = [...x.shape].reverse();
      const size = util.sizeFromShape(x.shape);
      const isOfColumns = leading.length > 0 && axes.size === leading.length && !axes.has(leading.length);
      if (!isOfColumns || x.dtype !== 'float32' || size === 0) {
        return stock({ inputs: { ...inputs }, attrs: { ...attrs } as never, backend }) as TensorInfo;
      }
      const rows = size / columns;
      const slices = slicesOf(rows);
      const result = allocate(backend, attrs.keepDims ? [...leading.map(() => 1), columns] : [columns]);
      const partial = slices === 1 ? result : allocate(backend, [slices, columns]);
      dispatch(backend, columnSums, {
        inputs: [x],
        outputs: [partial],
        uniforms: [rows, columns],
        groups: [slices, Math.ceil(columns / threads), 1],
      });
      if (slices > 1) sumOfSlices(backend, { partial, result }, { slices, size: columns, columns }, noFinish);
      return result;
    },
  );
}
