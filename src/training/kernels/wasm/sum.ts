import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { type KernelFunc, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { kernel } from '../kernel-table.ts';
import { columnSums } from './columns.ts';
import { allocate, floats } from './heap.ts';

/**
 * Sum over all axes but the last (a bias's gradient) without transposing the tensor first, as the stock kernel does.
 *
 * @param stock the stock kernel, which does every other case.
 */
export function sumLeadingAxes(stock: KernelFunc): KernelFunc {
  return kernel<{ x: TensorInfo }, { axis: number | number[]; keepDims: boolean }, BackendWasm>(
    ({ inputs: { x }, attrs: { axis, keepDims }, backend }) => {
      const last = x.shape.length - 1;
      const axes = util.parseAxisParam(axis, x.shape);
      const isLeading = last > 0 && axes.length === last && !axes.includes(last) && util.sizeFromShape(x.shape) > 0;
      if (x.dtype !== 'float32' || !isLeading) {
        return stock({ inputs: { x }, attrs: { axis, keepDims }, backend }) as TensorInfo;
      }
      const columns = x.shape[last] as number;
      const output = allocate(backend, keepDims ? [...x.shape.slice(0, last).fill(1), columns] : [columns]);
      const values = floats(backend, x);
      floats(backend, output).set(columnSums(values, values, columns).sums);
      return output;
    },
  );
}
