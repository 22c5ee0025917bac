import type { Breath } from './breath.ts';
import { type Neighbours, nearestNeighbours } from './nearest-neighbours.ts';

/** The number of each point's neighbours that are looked for. */
const most = 10;

/**
 * The share of each point's ten nearest neighbours that are among its ten nearest in the plane, over all points; fewer
 * than ten where there are fewer.
 *
 * @param places x and y of each point.
 */
export async function keptNeighbours(before: Neighbours, places: Float64Array, breathe: Breath): Promise<number> {
  const each = Math.min(most, before.each);
  const plane = { values: places, count: places.length / 2, width: 2 };
  const after = await nearestNeighbours(plane, each, breathe);
  let kept = 0;
  for (let point = 0; point < plane.count; point++) {
    const near = new Set(after.indices.subarray(point * each, (point + 1) * each));
    for (let at = 0; at < each; at++) kept += near.has(before.indices[point * before.each + at] as number) ? 1 : 0;
  }
  return kept / (plane.count * each);
}
