import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { kernel } from '../kernel-table.ts';
import { floats, integers } from './heap.ts';

interface Inputs {
  /** [...shape of segmentIds, ...rest]. */
  readonly x: TensorInfo;
  /** int32; ids below 0 or from `numSegments` on are left out, as in TensorFlow. */
  readonly segmentIds: TensorInfo;
}

/**
 * The sums of the rows of each segment, [numSegments, ...rest]: the gradient of a gather, and so of an embedding, which
 * the stock backend lacks. It goes over the rows once; the stock kernels of other backends go over all rows for each
 * segment.
 */
export const unsortedSegmentSum = kernel<Inputs, { readonly numSegments: number }, BackendWasm>(
  ({ inputs: { x, segmentIds }, attrs: { numSegments }, backend }) => {
    const rest = x.shape.slice(segmentIds.shape.length);
    const sums = backend.makeOutput([numSegments, ...rest], x.dtype);
    const view = x.dtype === 'int32' ? integers : floats;
    const [ids, rows, out] = [integers(backend, segmentIds), view(backend, x), view(backend, sums)];
    const width = util.sizeFromShape(rest);
    out.fill(0);
    for (const [row, id] of ids.entries()) {
      if (id < 0 || id >= numSegments) continue;
      const [from, to] = [row * width, id * width];
      for (let at = 0; at < width; at++) out[to + at] = (out[to + at] as number) + (rows[from + at] as number);
    }
    return sums;
  },
);
