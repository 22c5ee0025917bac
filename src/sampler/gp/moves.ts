import type { Rng } from '../../base/rng.ts';
import type { Point, PointParam, PointSpace } from './point-space.ts';

/** Changes points of a space a little or in one parameter, at random where a choice has to be made. */
export class Moves {
  readonly #space: PointSpace;
  readonly #rng: Rng;
  /** The indices of the parameters that are free. */
  readonly free: readonly number[];
  readonly #freeChoices: number;

  constructor(space: PointSpace, rng: Rng) {
    this.#space = space;
    this.#rng = rng;
    this.free = [...space.params.keys()].filter((index) => space.isFree(index));
    this.#freeChoices = this.free.filter((index) => space.params[index]?.interval === undefined).length;
  }

  /**
   * A neighbour of a point: numbers that are moved go a normal step of this deviation, those with steps at least one of
   * them, and choices that are moved are drawn anew.
   * @param share the probability that a parameter is moved; one always is.
   */
  neighbour(point: Point, deviation: number, share: number): Point {
    const moved = Float64Array.from(point);
    const certain = this.free[this.#rng.integer(this.free.length)];
    const choiceShare = Math.min(share, CHOICES_MOVED / this.#freeChoices);
    for (const index of this.free) {
      const param = this.#space.params[index] as PointParam;
      if (index !== certain && this.#rng.uniform() >= (param.interval ? share : choiceShare)) continue;
      if (!this.#space.isActive(point, index)) continue;
      const { at, interval } = param;
      if (interval === undefined) moved[at] = this.#otherChoice(param, point[at] as number);
      else {
        const step = deviation * this.#rng.normal();
        const isTooShort = Math.abs(step) * param.count < 1;
        const place = point[at] as number;
        moved[at] = isTooShort ? interval.shifted(place, Math.sign(step)) : Math.min(Math.max(place + step, 0), 1);
      }
    }
    return this.#arrive(moved, point);
  }

  /**
   * The points that differ from `point` in one discrete parameter: all its values, of many numbers the nearest, and of
   * many choices some.
   */
  variations(point: Point, index: number): readonly Point[] {
    const { at, interval, count } = this.#space.params[index] as PointParam;
    const place = point[at] as number;
    const coordinates =
      interval === undefined
        ? this.#choices(count)
        : count <= MOST_SWEPT
          ? Array.from({ length: count }, (_, step) => interval.shifted(interval.nearest(0), step))
          : NEAREST_STEPS.map((steps) => interval.shifted(place, steps));
    return [...new Set(coordinates)]
      .filter((coordinate) => coordinate !== place)
      .map((coordinate) => {
        const varied = Float64Array.from(point);
        varied[at] = coordinate;
        return this.#arrive(varied, point);
      });
  }

  #choices(count: number): readonly number[] {
    if (count > MOST_CHOICES) return [...this.#rng.permutation(count).subarray(0, MOST_CHOICES)];
    return Array.from({ length: count }, (_, choice) => choice);
  }

  #otherChoice({ count }: PointParam, choice: number): number {
    const other = this.#rng.integer(Math.max(count - 1, 1));
    return other >= choice ? Math.min(other + 1, count - 1) : other;
  }

  /** Draws the parameters that the point before did not have. */
  #arrive(moved: Point, before: Point): Point {
    for (const index of this.free) {
      const param = this.#space.params[index] as PointParam;
      if (this.#space.isActive(before, index) || !this.#space.isActive(moved, index)) continue;
      moved[param.at] = this.#space.randomCoordinate(param, this.#rng);
    }
    return this.#space.settle(moved);
  }
}

/** The average number of choices that change where all parameters may move. */
const CHOICES_MOVED = 2;
const MOST_CHOICES = 100;
/** Of a number with more values, the nearest ones are tried instead of all. */
export const MOST_SWEPT = 40;
const NEAREST_STEPS = [-2, -1, 1, 2];
