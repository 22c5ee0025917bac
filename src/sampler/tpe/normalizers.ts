import { LOG_SQRT_2PI } from '../../math/special-functions.ts';
import { logScaledMass } from '../../math/truncated-normal.ts';
import type { NumericDistribution } from '../../space/numeric-distribution.ts';

/**
 * The ln of the factor before a normal's exponential when the normal is cut off at the ends of the range: -ln(σ √(2π)
 * mass inside). Remembered by the row of the observation, whose sigma is mostly the same in the next suggestion.
 */
export class Normalizers {
  #low = Number.NaN;
  #high = Number.NaN;
  #means = new Float64Array(0);
  #sigmas = new Float64Array(0);
  #logs = new Float64Array(0);

  /** Makes room for this number of rows, and forgets the factors of another range. */
  prepare({ rangeLow, rangeHigh }: NumericDistribution, rows: number): void {
    if (rangeLow === this.#low && rangeHigh === this.#high && rows <= this.#means.length) return;
    this.#low = rangeLow;
    this.#high = rangeHigh;
    const length = Math.max(64, 2 * rows);
    this.#means = new Float64Array(length).fill(Number.NaN);
    this.#sigmas = new Float64Array(length);
    this.#logs = new Float64Array(length);
  }

  of(row: number, mean: number, sigma: number): number {
    if (this.#means[row] !== mean || this.#sigmas[row] !== sigma) {
      this.#means[row] = mean;
      this.#sigmas[row] = sigma;
      this.#logs[row] = this.compute(mean, sigma);
    }
    return this.#logs[row] as number;
  }

  compute(mean: number, sigma: number): number {
    const scale = 1 / sigma;
    return -LOG_SQRT_2PI - logScaledMass(sigma, (this.#low - mean) * scale, (this.#high - mean) * scale);
  }
}
