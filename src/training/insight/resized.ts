import { type Neighbours, neighbours } from '../ops/resize-bilinear.ts';

type Size = readonly [height: number, width: number];

/**
 * A map in another size, by bilinear interpolation between the centres of pixels; beyond the outer centres the values
 * are those of the nearest ones (PyTorch's `interpolate` with `align_corners=False`).
 *
 * @param map row by row.
 */
export function resized(map: Float32Array, from: Size, to: Size): Float32Array {
  const rows = neighbours(from[0], to[0]);
  const columns = neighbours(from[1], to[1]);
  const value = (row: number, column: number): number => map[row * from[1] + column] as number;
  return Float32Array.from({ length: to[0] * to[1] }, (_, at) => {
    const row = rows[Math.floor(at / to[1])] as Neighbours;
    const column = columns[at % to[1]] as Neighbours;
    const upper = value(row.low, column.low) * (1 - column.share) + value(row.low, column.high) * column.share;
    const lower = value(row.high, column.low) * (1 - column.share) + value(row.high, column.high) * column.share;
    return upper * (1 - row.share) + lower * row.share;
  });
}
