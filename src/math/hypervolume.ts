import { compareLosses, type Losses } from './domination.ts';

/**
 * The volume that points dominate, cut off at a reference point: exact, in any number of dimensions, all to be
 * minimised. Dominated and repeated points add nothing; without points it is 0. It is Infinity where the reference
 * point is infinite, where a point that dominates it has -Infinity, or where the volume is beyond the range of numbers.
 *
 * @param points none of them beyond `reference` in any dimension.
 */
export function hypervolume(points: readonly Losses[], reference: Losses): number {
  if (points.length === 0) return 0;
  if (!reference.every(Number.isFinite)) return Infinity;
  const volume = volumeOf(sortedFront(points), reference);
  return Number.isFinite(volume) ? volume : Infinity;
}

/** The volume between one point and the reference point. */
export function boxVolume(point: Losses, reference: Losses): number {
  let volume = 1;
  for (let i = 0; i < reference.length; i++) volume *= (reference[i] as number) - (point[i] as number);
  return volume;
}

/** The smallest point that both dominate or equal. */
export function cornerOf(a: Losses, b: Losses): Losses {
  return a.map((value, i) => Math.max(value, b[i] as number));
}

/** The points that no other dominates, each once, sorted by their first number. */
function sortedFront(points: readonly Losses[]): Losses[] {
  const front: Losses[] = [];
  for (const point of [...points].sort(compareLosses)) {
    if (!front.some((other) => covers(other, point))) front.push(point);
  }
  return front;
}

/** Whether `a` dominates or equals `b`. */
function covers(a: Losses, b: Losses): boolean {
  for (let i = 0; i < a.length; i++) if ((a[i] as number) > (b[i] as number)) return false;
  return true;
}

/** The volume of points that no other dominates, sorted by their first number. */
function volumeOf(front: readonly Losses[], reference: Losses): number {
  if (front.length === 1) return boxVolume(front[0] as Losses, reference);
  switch (reference.length) {
    case 2:
      return areaOf(front, reference);
    case 3:
      return volumeBySlices(front, reference);
    default:
      return volumeByExclusion(front, reference);
  }
}

/**
 * The volume in two dimensions: each point adds the rectangle from it to the reference point's right and to the point
 * before.
 */
function areaOf(front: readonly Losses[], [right, top]: Losses): number {
  let area = 0;
  let bottom = top as number;
  for (const [x, y] of front) {
    area += ((right as number) - (x as number)) * (bottom - (y as number));
    bottom = y as number;
  }
  return area;
}

/**
 * The volume in three dimensions, slice by slice along the first axis: the area that the points so far dominate in the
 * other two, times the distance to the next point. The points so far are kept as a staircase.
 */
function volumeBySlices(front: readonly Losses[], [right, ...corner]: Losses): number {
  let volume = 0;
  const stairs: Losses[] = [];
  for (const [at, [x, y, z]] of front.entries()) {
    insertStair(stairs, [y as number, z as number]);
    const next = front[at + 1]?.[0] ?? (right as number);
    if (next > (x as number)) volume += (next - (x as number)) * areaOf(stairs, corner);
  }
  return volume;
}

/** Adds a point to a front of two dimensions, sorted by the first, and removes those that it dominates. */
function insertStair(stairs: Losses[], point: Losses): void {
  let at = 0;
  while (at < stairs.length && compareLosses(stairs[at] as Losses, point) < 0) at++;
  if (at > 0 && covers(stairs[at - 1] as Losses, point)) return;
  let beyond = at;
  while (beyond < stairs.length && (stairs[beyond]?.[1] as number) >= (point[1] as number)) beyond++;
  stairs.splice(at, beyond - at, point);
}

/**
 * The volume in any number of dimensions (While, Bradstreet and Barone 2012, WFG): each point's box, less the part that
 * later points dominate, which is the volume of the corners that the point has in common with them.
 */
function volumeByExclusion(front: readonly Losses[], reference: Losses): number {
  let volume = 0;
  for (const [at, point] of front.entries()) {
    volume += boxVolume(point, reference);
    const corners = front.slice(at + 1).map((later) => cornerOf(point, later));
    if (corners.length > 0) volume -= volumeOf(sortedFront(corners), reference);
  }
  return volume;
}
