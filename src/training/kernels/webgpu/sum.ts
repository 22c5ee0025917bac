import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { type KernelFunc, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { kernel } from '../kernel-table.ts';
import { allocate, dispatch } from './dispatch.ts';
import { noFinish } from './finish.ts';
import { type Program, threads } from './program.ts';
import { sumOfSlices } from './sum-of-slices.ts';

/** Rows that a workgroup adds up at least, and the most slices of rows there are. */
const [leastRows, mostSlices] = [32, 512];

/** A workgroup takes a slice of the rows and up to 256 columns; its threads lie on as many whole rows as fit. */
const columnSums: Program = {
  name: 'column sums',
  inputs: { x: 'f32' },
  outputs: { partial: 'f32' },
  uniforms: { rows: 'u32', columns: 'u32' },
  code: `
    var<workgroup> sums: array<f32, threads>;
    fn run(group: vec3u, groups: vec3u, thread: u32) {
      let columns = min(u.columns - group.y * threads, threads);
      let column = group.y * threads + thread % columns;
      let lanes = threads / columns;
      let lane = thread / columns;
      let size = (u.rows + groups.x - 1) / groups.x;
      let end = min((group.x + 1) * size, u.rows);
      var sum = 0f;
      if (lane < lanes) {
        for (var row = group.x * size + lane; row < end; row += lanes) { sum += x[row * u.columns + column]; }
      }
      sums[thread] = sum;
      workgroupBarrier();
      if (lane > 0) { return; }
      for (var other = 1u; other < lanes; other++) { sum += sums[thread + other * columns]; }
      partial[group.x * u.columns + column] = sum;
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
      const slices = Math.max(1, Math.min(mostSlices, Math.ceil(rows / leastRows)));
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
