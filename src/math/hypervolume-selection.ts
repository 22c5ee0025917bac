import { compareLosses, type Losses } from './domination.ts';
import { boxVolume, cornerOf, hypervolume } from './hypervolume.ts';

/** Stands for 0 as a reference, which no factor would move away from the points. */
const JUST_ABOVE_ZERO = 1e-12;

/**
 * A point a tenth worse than the worst in every dimension, so that points at the rim have a volume, too. Optuna's rule.
 */
export function referencePoint(points: readonly Losses[]): Losses {
  const dimensions = points[0]?.length ?? 0;
  return Array.from({ length: dimensions }, (_, i) => {
    let worst = -Infinity;
    for (const point of points) worst = Math.max(worst, point[i] as number);
    return Math.max(1.1 * worst, 0.9 * worst) || JUST_ABOVE_ZERO;
  });
}

/**
 * The indices of `count` points that together dominate much volume. They are chosen one after the other, each time the
 * point that adds most (Guerreiro, Fonseca and Paquete 2016: at least 1 - 1/e of the best possible volume).
 *
 * Where volumes do not decide, Optuna's rules do: points are taken in the order of their losses, the first of equal
 * ones; a repeated point is chosen only when there are too few different ones; with a reference point that is not
 * finite, and from three dimensions on after a point of infinite volume, the first points are taken.
 *
 * @param points none of which dominates another.
 * @param count not more than there are points.
 */
export function selectByHypervolume(points: readonly Losses[], count: number, reference: Losses): number[] {
  const all = [...points.keys()];
  if (count === points.length) return all;
  const different = differentPoints(points);
  if (different.length <= count) {
    const chosen = new Set(different);
    const repeated = all.filter((at) => !chosen.has(at));
    return [...different, ...repeated.slice(0, count - different.length)];
  }
  if (!reference.every(Number.isFinite)) return different.slice(0, count);
  const sorted = different.map((at) => points[at] as Losses);
  const chosen =
    reference.length === 2 ? selectPlane(sorted, count, reference) : selectLazily(sorted, count, reference);
  return chosen.map((at) => different[at] as number);
}

/** The indices of different points in the order of their losses, each the first of its equals. */
function differentPoints(points: readonly Losses[]): number[] {
  const sorted = [...points.keys()].sort((a, b) => compareLosses(points[a] as Losses, points[b] as Losses));
  return sorted.filter(
    (at, i) => i === 0 || compareLosses(points[sorted[i - 1] as number] as Losses, points[at] as Losses) !== 0,
  );
}

/** In two dimensions a point adds a rectangle, whose far corner is given by the chosen neighbours. */
function selectPlane(sorted: readonly Losses[], count: number, [right, top]: Losses): number[] {
  const rest = [...sorted.keys()];
  const rights = new Float64Array(sorted.length).fill(right as number);
  const tops = new Float64Array(sorted.length).fill(top as number);
  const chosen: number[] = [];
  while (chosen.length < count) {
    const place = placeOfGreatest(rest, (at) => {
      const [x, y] = sorted[at] as Losses;
      return ((rights[at] as number) - (x as number)) * ((tops[at] as number) - (y as number));
    });
    const [at] = rest.splice(place, 1) as [number];
    chosen.push(at);
    const [x, y] = sorted[at] as Losses;
    for (const other of rest) {
      if (other < at) rights[other] = Math.min(rights[other] as number, x as number);
      else tops[other] = Math.min(tops[other] as number, y as number);
    }
  }
  return chosen;
}

/**
 * In more dimensions the gain of a point is a difference of volumes, which is expensive to compute. It only shrinks
 * while points are chosen, so an earlier gain bounds it from above, as does the gain beside the last chosen point
 * alone. It is computed anew only where the bound could still be the greatest.
 */
function selectLazily(sorted: readonly Losses[], count: number, reference: Losses): number[] {
  const boxes = sorted.map((point) => boxVolume(point, reference));
  const added = Float64Array.from(boxes);
  const rest = [...sorted.keys()];
  const chosen: number[] = [];
  while (chosen.length < count) {
    const place = placeOfGreatest(rest, (at) => added[at] as number);
    const [last] = rest.splice(place, 1) as [number];
    chosen.push(last);
    if (chosen.length === count) break;
    // Beside an infinite volume no point adds anything.
    if (added[last] === Infinity) return [...chosen, ...rest.slice(0, count - chosen.length)];
    const lastPoint = sorted[last] as Losses;
    for (const at of rest) {
      const shared = boxVolume(cornerOf(sorted[at] as Losses, lastPoint), reference);
      added[at] = Math.min(added[at] as number, Number.isFinite(shared) ? (boxes[at] as number) - shared : Infinity);
    }
    const chosenPoints = chosen.map((at) => sorted[at] as Losses);
    let greatest = 0;
    for (const at of [...rest].sort((a, b) => (added[b] as number) - (added[a] as number))) {
      if ((added[at] as number) < greatest) break;
      added[at] = exclusiveVolume(sorted[at] as Losses, boxes[at] as number, chosenPoints, reference);
      greatest = Math.max(greatest, added[at] as number);
    }
  }
  return chosen;
}

/** The volume that a point dominates and the others do not. */
function exclusiveVolume(point: Losses, box: number, others: readonly Losses[], reference: Losses): number {
  if (!Number.isFinite(box)) return Infinity;
  const corners = others.map((other) => cornerOf(point, other));
  return box - hypervolume(corners, reference);
}

/** The place in `rest` of the point with the greatest `measure`; the first of equal ones. */
function placeOfGreatest(rest: readonly number[], measure: (at: number) => number): number {
  let place = 0;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < rest.length; i++) {
    const value = measure(rest[i] as number);
    if (value > greatest) [greatest, place] = [value, i];
  }
  return place;
}
