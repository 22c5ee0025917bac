/** A point of objectives that are all to be minimised: one number for each, never NaN. */
export type Losses = readonly number[];

/** Whether `a` is nowhere worse than `b` and somewhere better. Equal points do not dominate each other. */
export function dominates(a: Losses, b: Losses): boolean {
  let better = false;
  for (let i = 0; i < a.length; i++) {
    const [own, other] = [a[i] as number, b[i] as number];
    if (own > other) return false;
    if (own < other) better = true;
  }
  return better;
}

/** Orders points by their first number, then by the second, and so on; 0 for equal points. */
export function compareLosses(a: Losses, b: Losses): number {
  for (let i = 0; i < a.length; i++) {
    const [own, other] = [a[i] as number, b[i] as number];
    if (own !== other) return own < other ? -1 : 1;
  }
  return 0;
}

/**
 * The non-domination rank of each point (Deb et al. 2002): 0 for those that no point dominates, 1 for those that only
 * points of rank 0 dominate, and so on. Equal points have equal ranks. Infinities are numbers like others.
 *
 * Points are taken in the order of their losses, so that none dominates an earlier one, and each goes to the first
 * front that does not dominate it, found by bisection (Zhang et al. 2015, ENS-BS): O(n log n) for two directions.
 */
export function nonDominationRanks(points: readonly Losses[]): Uint32Array {
  const sorted = new SortedPoints(points);
  const ranks = new Uint32Array(points.length);
  const fronts: number[][] = [];
  let rank = 0;
  for (let place = 0; place < points.length; place++) {
    if (place === 0 || !sorted.equalsFormer(place)) {
      rank = firstFrontOf(place, fronts, sorted);
      const front = fronts[rank];
      if (front === undefined) fronts.push([place]);
      else front.push(place);
    }
    ranks[sorted.order[place] as number] = rank;
  }
  return ranks;
}

/** Points in the order of their losses, in one block of memory. */
class SortedPoints {
  /** The index of the point at each place. */
  readonly order: Uint32Array;
  readonly dimensions: number;
  readonly #losses: Float64Array;

  constructor(points: readonly Losses[]) {
    this.dimensions = points[0]?.length ?? 0;
    const first = Float64Array.from(points, (point) => point[0] as number);
    this.order = Uint32Array.from(points.keys()).sort((a, b) => {
      const [own, other] = [first[a] as number, first[b] as number];
      if (own !== other) return own < other ? -1 : 1;
      return compareLosses(points[a] as Losses, points[b] as Losses);
    });
    this.#losses = new Float64Array(points.length * this.dimensions);
    for (let place = 0; place < points.length; place++) {
      const point = points[this.order[place] as number] as Losses;
      for (let i = 0; i < point.length; i++) this.#losses[place * this.dimensions + i] = point[i] as number;
    }
  }

  equalsFormer(place: number): boolean {
    return this.covers(place - 1, place) && this.covers(place, place - 1);
  }

  /** Whether the point at place `a` dominates or equals the one at `b`. */
  covers(a: number, b: number): boolean {
    const losses = this.#losses;
    const [own, other] = [a * this.dimensions, b * this.dimensions];
    for (let i = 0; i < this.dimensions; i++) {
      if ((losses[own + i] as number) > (losses[other + i] as number)) return false;
    }
    return true;
  }
}

/** The first front that does not dominate the point; a front that dominates it comes behind none that does not. */
function firstFrontOf(place: number, fronts: readonly (readonly number[])[], sorted: SortedPoints): number {
  let low = 0;
  let high = fronts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (frontDominates(fronts[middle] as readonly number[], place, sorted)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether a member of a front, all of which come before the point and differ from it, dominates the point. */
function frontDominates(front: readonly number[], place: number, sorted: SortedPoints): boolean {
  // The newest member is the nearest. In two dimensions it also has the least second number, so it alone is compared.
  const oldest = sorted.dimensions === 2 ? front.length - 1 : 0;
  for (let i = front.length - 1; i >= oldest; i--) if (sorted.covers(front[i] as number, place)) return true;
  return false;
}
