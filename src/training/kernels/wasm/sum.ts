import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { type KernelFunc, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { kernel } from '../kernel-table.ts';
import { address, allocate, withScratch } from './heap.ts';
import { simdKernels } from './simd-kernels.ts';

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
      const size = util.sizeFromShape(x.shape);
      const isLeading = last > 0 && axes.length === last && !axes.includes(last) && size > 0;
      if (x.dtype !== 'float32' || !isLeading) {
        return stock({ inputs: { x }, attrs: { axis, keepDims }, backend }) as TensorInfo;
      }
      const columns = x.shape[last] as number;
      const sums = allocate(backend, keepDims ? [...x.shape.slice(0, last).fill(1), columns] : [columns]);
      const kernels = simdKernels(backend);
      withScratch(backend, kernels.columnSumsScratch({ columns }), (scratch) =>
        kernels.columnSums({
          x: address(backend, x),
          out: address(backend, sums),
          rows: size / columns,
          columns,
          scratch,
        }),
      );
      return sums;
    },
  );
}
