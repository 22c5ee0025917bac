import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { kernel } from '../kernel-table.ts';
import { allocate, floats } from './heap.ts';

/**
 * Tile that copies a single row, [1, …, 1, C] repeated along its leading axes, in doubling blocks; tf.layers spreads
 * the gradients of its normalisation in this way. The stock kernel allocates once for each element.
 *
 * @param stock the stock kernel, which does every other case.
 */
export function tileRows(stock: KernelFunc): KernelFunc {
  return kernel<{ x: TensorInfo }, { reps: number[] }, BackendWasm>(({ inputs: { x }, attrs: { reps }, backend }) => {
    const isRow = x.dtype === 'float32' && reps.at(-1) === 1 && x.shape.slice(0, -1).every((size) => size === 1);
    if (!isRow || reps.includes(0)) return stock({ inputs: { x }, attrs: { reps }, backend }) as TensorInfo;
    const result = allocate(
      backend,
      x.shape.map((size, axis) => size * (reps[axis] as number)),
    );
    const row = floats(backend, x);
    const out = floats(backend, result);
    out.set(row);
    for (let filled = row.length; filled > 0 && filled < out.length; filled *= 2) out.copyWithin(filled, 0, filled);
    return result;
  });
}
