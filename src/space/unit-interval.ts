import type { NumericDistribution } from './numeric-distribution.ts';

/**
 * The way of a numeric parameter to [0, 1] and back: 0 and 1 are the ends of its sampling range (half a step beyond its
 * bounds, where there is a step), in logarithms where it is logarithmic. Models, low-discrepancy sequences and
 * crossovers know a number by its place there.
 */
export class UnitInterval {
  readonly #distribution: NumericDistribution;
  readonly #low: number;
  /** Halves, since the whole may be more than a number holds. */
  readonly #halfWidth: number;
  /** The number of values; infinite for continuous ones. */
  readonly count: number;

  /** @param distribution one with more than a single value. */
  constructor(distribution: NumericDistribution) {
    const { rangeLow, rangeHigh, low, high, step } = distribution;
    this.#distribution = distribution;
    this.#low = rangeLow;
    this.#halfWidth = rangeHigh / 2 - rangeLow / 2;
    this.count = step === null ? Infinity : Math.round((high - low) / step) + 1;
  }

  /** The place of a value; below 0 or above 1 for one that is out of bounds, NaN for one without a logarithm. */
  placeOf(value: number): number {
    return (this.#distribution.toRange(value) / 2 - this.#low / 2) / this.#halfWidth;
  }

  /** The value at a place: the nearest step, within the bounds. */
  valueAt(place: number): number {
    const way = 2 * place * this.#halfWidth;
    const half = place * this.#halfWidth;
    return this.#distribution.fromRange(way === Infinity ? this.#low + half + half : this.#low + way);
  }

  /** The place of the value at `place`: itself where the values are continuous. */
  nearest(place: number): number {
    const inside = Math.min(Math.max(place, 0), 1);
    return this.count === Infinity ? inside : this.placeOf(this.valueAt(inside));
  }

  /** The place that is some steps further, at most at a bound. For a distribution with steps. */
  shifted(place: number, steps: number): number {
    const value = this.valueAt(place) + steps * (this.#distribution.step ?? 0);
    return this.placeOf(Math.min(Math.max(value, this.#distribution.low), this.#distribution.high));
  }
}
