import type { Losses } from '../../math/domination.ts';
import { solveLinear } from '../../math/linear-system.ts';

/** Infinite losses count as this many widths of the finite ones beyond these. */
const BEYOND = 3;

/** The weight of the other axes where the extreme point of one axis is looked for. */
const OFF_AXIS = 1e6;

/**
 * Evenly spread reference points (Das and Dennis 1998): all with whole numbers from 0 that sum to `parts`. Only their
 * directions matter.
 */
export function dasDennisPoints(objectives: number, parts: number): readonly (readonly number[])[] {
  if (objectives === 1) return [[parts]];
  const points: number[][] = [];
  for (let first = parts; first >= 0; first--) {
    for (const rest of dasDennisPoints(objectives - 1, parts - first)) points.push([first, ...rest]);
  }
  return points;
}

/**
 * Losses from the ideal point 0 to about 1 on each axis (Deb and Jain 2014, IV.C): divided by where the plane through
 * the extreme points meets the axes, or by the greatest loss where there is no such plane.
 */
export function normalized(population: readonly Losses[]): readonly Float64Array[] {
  const moderate = withoutInfinities(population);
  const objectives = moderate[0]?.length ?? 0;
  const axes = Array.from({ length: objectives }, (_, axis) => axis);
  const ideal = axes.map((axis) => Math.min(...moderate.map((point) => point[axis] as number)));
  const points = moderate.map((point) => point.map((loss, axis) => loss - (ideal[axis] as number)));
  const extremes = axes.map((axis) => extremePoint(points, axis));
  const inverses = solveLinear(extremes, new Float64Array(objectives).fill(1)) ?? inverseGreatest(points, objectives);
  return points.map((point) =>
    point.map((loss, axis) => {
      const inverse = inverses[axis] as number;
      return Number.isFinite(inverse) ? loss * inverse : loss;
    }),
  );
}

function withoutInfinities(population: readonly Losses[]): readonly Float64Array[] {
  const bounds = (population[0] ?? []).map((_, axis) => {
    const finite = population.map((losses) => losses[axis] as number).filter(Number.isFinite);
    const [low, high] = [Math.min(...finite), Math.max(...finite)];
    if (finite.length === 0) return { low: 0, high: 0 };
    return { low: low - BEYOND * (high - low), high: high + BEYOND * (high - low) };
  });
  return population.map((losses) =>
    Float64Array.from(losses, (loss, axis) => {
      const { low, high } = bounds[axis] as { low: number; high: number };
      return Math.min(Math.max(loss, low), high);
    }),
  );
}

/** The point that is nearest to an axis: of the least achievement scalarizing function. */
function extremePoint(points: readonly Float64Array[], axis: number): Float64Array {
  let least = Infinity;
  let extreme = points[0] as Float64Array;
  for (const point of points) {
    const greatest = point.reduce((most, loss, at) => Math.max(most, at === axis ? loss : loss * OFF_AXIS), -Infinity);
    if (greatest < least) [least, extreme] = [greatest, point];
  }
  return extreme;
}

function inverseGreatest(points: readonly Float64Array[], objectives: number): Float64Array {
  return Float64Array.from({ length: objectives }, (_, axis) => {
    const greatest = Math.max(...points.map((point) => point[axis] as number));
    return 1 / (greatest === 0 ? 1 : greatest);
  });
}

/** The reference line that a point is nearest to, and its distance from it. */
export interface Niche {
  readonly reference: number;
  readonly distance: number;
}

/** The niche of each normalized point; of equally near lines the first. */
export function nichesOf(
  points: readonly Float64Array[],
  references: readonly (readonly number[])[],
): readonly Niche[] {
  const lines = references.map((point) => ({ point, squared: point.reduce((sum, x) => sum + x * x, 0) }));
  return points.map((losses) => {
    let nearest: Niche = { reference: 0, distance: Infinity };
    for (const [reference, { point, squared }] of lines.entries()) {
      const along = losses.reduce((sum, loss, axis) => sum + loss * (point[axis] as number), 0) / squared;
      const distance = Math.hypot(...losses.map((loss, axis) => loss - along * (point[axis] as number)));
      if (distance < nearest.distance) nearest = { reference, distance };
    }
    return nearest;
  });
}

/**
 * Fills a population up with members of the next front (Deb and Jain 2014, algorithm 4, as Optuna does it): again and
 * again one of a niche with the fewest members; in an empty niche the nearest one, else any.
 *
 * @param kept the niches of the members that there are.
 * @param front the niches of the next front, at least `count`.
 * @param shuffle puts a list into random order, in place.
 * @returns the indices of the chosen ones in `front`.
 */
export function fillNiches(
  kept: readonly Niche[],
  front: readonly Niche[],
  count: number,
  shuffle: (list: unknown[]) => void,
): readonly number[] {
  const candidates = new Map<number, { readonly distance: number; readonly index: number }[]>();
  for (const [index, { reference, distance }] of front.entries()) {
    const own = candidates.get(reference);
    if (own) own.push({ distance, index });
    else candidates.set(reference, [{ distance, index }]);
  }
  const byMembers: number[][] = [];
  const niches = (members: number) => {
    while (byMembers.length <= members) byMembers.push([]);
    return byMembers[members] as number[];
  };
  for (const reference of candidates.keys()) {
    niches(kept.filter((niche) => niche.reference === reference).length).push(reference);
  }
  const chosen: number[] = [];
  const shuffled = new Set<number>();
  for (let members = 0; chosen.length < count; members++) {
    const level = niches(members);
    shuffle(level);
    for (let next = level.pop(); next !== undefined && chosen.length < count; next = level.pop()) {
      const own = candidates.get(next) as { readonly distance: number; readonly index: number }[];
      if (members === 0) own.sort((a, b) => b.distance - a.distance || b.index - a.index);
      else if (!shuffled.has(next)) {
        shuffle(own);
        shuffled.add(next);
      }
      chosen.push((own.pop() as { index: number }).index);
      if (own.length > 0) niches(members + 1).push(next);
    }
  }
  return chosen;
}
