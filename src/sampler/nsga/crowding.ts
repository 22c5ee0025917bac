import type { Losses } from '../../math/domination.ts';

/**
 * The points of a front from the least crowded to the most crowded one, as indices with their crowding distances (Deb et
 * al. 2002): the sum over the objectives of the distance between the neighbours, as a share of the front's width. The
 * outermost points are at an infinite distance, unless all have the same value. Equal points are in Optuna's order.
 */
export function byCrowding(
  points: readonly Losses[],
): readonly { readonly index: number; readonly distance: number }[] {
  const order = points.map((_, index) => index);
  const distances = new Float64Array(points.length);
  for (let objective = 0; objective < (points[0]?.length ?? 0); objective++) {
    const value = (place: number) => points[order[place] as number]?.[objective] ?? (place < 0 ? -Infinity : Infinity);
    order.sort((a, b) => compare(points[a]?.[objective] as number, points[b]?.[objective] as number));
    if (value(0) === value(order.length - 1)) continue;
    const width = widthOf(order.map((_, place) => value(place)));
    for (const [place, index] of order.entries()) {
      const [before, behind] = [value(place - 1), value(place + 1)];
      if (before !== behind) distances[index] = (distances[index] as number) + (behind - before) / width;
    }
  }
  order.sort((a, b) => compare(distances[a] as number, distances[b] as number)).reverse();
  return order.map((index) => ({ index, distance: distances[index] as number }));
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** The distance of the outermost finite numbers; 1 where there is none. */
function widthOf(ascending: readonly number[]): number {
  const low = ascending.find((value) => value !== -Infinity) ?? Infinity;
  const high = ascending.findLast((value) => value !== Infinity) ?? -Infinity;
  return high - low > 0 ? high - low : 1;
}
