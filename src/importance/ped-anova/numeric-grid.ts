import { logMass } from '../../math/truncated-normal.ts';
import type { ParamValue } from '../../space/distribution.ts';
import type { NumericDistribution } from '../../space/numeric-distribution.ts';
import type { Grid } from './grid.ts';

/** The most cells of a grid. */
const MOST_CELLS = 50;
/** The sigma of the narrowest kernel, in cells: about nine tenths of its mass lie in its own cell. */
const LEAST_SIGMA = 0.5 / 1.64;

/**
 * A grid of cells at even distances, in logarithms where `log` is set; the lower and the upper bound are the middles of
 * the first and the last. With steps there is a cell for each value if these are at most fifty, and for integers with
 * `log` one for each doubling. Optuna's rules.
 */
export class NumericGrid implements Grid {
  readonly size: number;
  readonly #distribution: NumericDistribution;
  readonly #low: number;
  readonly #width: number;

  constructor(distribution: NumericDistribution) {
    const { low, high } = distribution;
    this.#distribution = distribution;
    this.size = Math.min(valueCount(distribution), MOST_CELLS);
    this.#low = distribution.toRange(low);
    this.#width = (distribution.toRange(high) - this.#low) / (this.size - 1);
  }

  cellOf(value: ParamValue): number {
    const place = (this.#distribution.toRange(value as number) - this.#low) / this.#width;
    return Math.min(Math.max(Math.ceil(place - 0.5), 0), this.size - 1); // half way belongs to the lower cell
  }

  /**
   * The masses of kernels: a normal, cut off at the ends, on each cell that has values, and one over all of them as a
   * prior that weighs 1.
   */
  masses(counts: Uint32Array): Float64Array {
    const { size } = this;
    const total = counts.reduce((sum, count) => sum + count, 1);
    const masses = new Float64Array(size);
    const add = (mean: number, sigma: number, weight: number, logMasses: Float64Array) => {
      const inside = logMass((-0.5 - mean) / sigma, (size - 0.5 - mean) / sigma);
      for (let cell = 0; cell < size; cell++) {
        const mass = logMasses[cell] as number;
        masses[cell] = (masses[cell] as number) + weight * Math.exp(mass - inside);
      }
    };
    const sigma = Math.max(scottSigma(counts), LEAST_SIGMA);
    // Around the last cell; around another one they are the same, so many places further on.
    const around = logMassesOfCells(size - 1, sigma, 2 * size - 1);
    for (let cell = 0; cell < size; cell++) {
      const count = counts[cell] as number;
      if (count > 0) add(cell, sigma, count / total, around.subarray(size - 1 - cell));
    }
    const middle = (size - 1) / 2;
    add(middle, size, 1 / total, logMassesOfCells(middle, size, size));
    return masses;
  }
}

/** The ln masses of a normal on the first `count` cells. */
function logMassesOfCells(mean: number, sigma: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, cell) =>
    logMass((cell - 0.5 - mean) / sigma, (cell + 0.5 - mean) / sigma),
  );
}

function valueCount({ kind, low, high, log, step }: NumericDistribution): number {
  if (log) return kind === 'int' ? Math.ceil(Math.log(high - low + 1) / Math.log(2)) + 1 : MOST_CELLS;
  return step === null ? MOST_CELLS : Math.round((high - low) / step) + 1;
}

/**
 * The width of kernels by Scott's rule (Scott 1992) from the standard deviation or the quartiles, whichever is
 * narrower. TPE's own rule would make them too wide to measure importance. The quartiles are Optuna's: the first cell
 * by which a quarter of the values, rounded down, is reached, and the first by which three quarters are passed.
 */
function scottSigma(counts: Uint32Array): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const mean = counts.reduce((sum, count, cell) => sum + count * cell, 0) / total;
  const squares = counts.reduce((sum, count, cell) => sum + count * (cell - mean) ** 2, 0);
  const [quarter, threeQuarters] = [Math.floor(total / 4), Math.floor((total * 3) / 4)];
  let [reached, first, third] = [0, Number.NaN, Number.NaN];
  for (const [cell, count] of counts.entries()) {
    if (count === 0) continue;
    const passed = reached > threeQuarters;
    reached += count;
    if (Number.isNaN(first) && reached >= quarter) first = cell;
    if (!passed) third = cell;
  }
  const deviation = Math.sqrt(squares / Math.max(1, total - 1));
  return 1.059 * Math.min((third - first) / 1.34, deviation) * total ** -0.2;
}
