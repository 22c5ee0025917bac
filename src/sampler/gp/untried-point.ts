import type { Rng } from '../../base/rng.ts';
import { type Point, type PointSpace, pointKey } from './point-space.ts';

/** A space with more points, counted without its conditions, is searched at random instead of whole. */
const MOST_LISTED = 20_000;
/** The number of draws for a point that was not tried, in a larger space. */
const DRAWS = 2000;

/**
 * The best point that is not among those tried; a random one where all of them were.
 * @param rate how good each of some points is; the greater the better. Default: all are equal, and one is drawn.
 */
export function untriedPoint(
  space: PointSpace,
  tried: ReadonlySet<string>,
  rng: Rng,
  rate?: (points: readonly Point[]) => Float64Array,
): Point {
  const total = space.params.reduce((product, { count }, at) => product * (space.isFree(at) ? count : 1), 1);
  const all = total <= MOST_LISTED ? allPoints(space) : Array.from({ length: DRAWS }, () => space.randomPoint(rng));
  const untried = all.filter((point) => !tried.has(pointKey(point)));
  if (untried.length === 0) return space.randomPoint(rng);
  const merits = rate?.(untried) ?? Float64Array.from(untried, () => rng.uniform());
  return untried[merits.indexOf(merits.reduce((most, merit) => Math.max(most, merit)))] ?? (untried[0] as Point);
}

/** Every point of a finite space, once. */
function allPoints(space: PointSpace): Point[] {
  let points: Point[] = [new Float64Array(space.width)];
  for (const [index, { at, interval, count }] of space.params.entries()) {
    if (!space.isFree(index)) continue;
    points = points.flatMap((point) =>
      Array.from({ length: count }, (_, value) => {
        const next = Float64Array.from(point);
        next[at] = interval ? interval.shifted(interval.nearest(0), value) : value;
        return next;
      }),
    );
  }
  return [...new Map(points.map((point) => [pointKey(space.settle(point)), point])).values()];
}
