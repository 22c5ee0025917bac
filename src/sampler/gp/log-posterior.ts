import { dot, factorize, inverseByFactor } from '../../math/cholesky.ts';
import type { Box } from '../../math/l-bfgs.ts';
import { type Hyperparameters, matern, maternSlope } from './kernel.ts';
import type { Point } from './point-space.ts';

/** The data that a model is fitted to: points of equal width and their values, of mean 0 and deviation 1. */
export interface Observations {
  readonly points: readonly Point[];
  readonly values: Float64Array;
  /** The number of the points' first coordinates that are numbers. */
  readonly numbers: number;
}

/** The natural logarithms of hyperparameters in a row: θ of each coordinate, s, ν. */
export type LogHyperparameters = Float64Array;

export function hyperparametersOf(logs: LogHyperparameters): Hyperparameters {
  const width = logs.length - 2;
  return {
    weights: logs.subarray(0, width).map(Math.exp),
    scale: Math.exp(logs[width] as number),
    noise: Math.exp(logs[width + 1] as number),
  };
}

/** The bounds that hyperparameters of points of this width are kept in. */
export function hyperparameterBox(width: number): Box {
  const lower = new Float64Array(width + 2).fill(-9.2);
  const upper = new Float64Array(width + 2).fill(9.2);
  [lower[width], upper[width]] = [-5, 4];
  [lower[width + 1], upper[width + 1]] = [Math.log(1e-6), 0];
  return { lower, upper };
}

/** The hyperparameters that fits start from. */
export function startOf(width: number): LogHyperparameters {
  const start = new Float64Array(width + 2).fill(Math.log(4 / Math.max(1, width / 4)));
  [start[width], start[width + 1]] = [0, Math.log(1e-3)];
  return start;
}

/** The value where the covariance cannot be factored: worse than any other. */
const IMPOSSIBLE = 1e10;

/** The amount by which, in logarithms, the length scales of choices are longer than those of numbers. */
const CHOICES_LONGER = 1;

/** The mean and the deviation of the normal prior of ln ν. */
const NOISE_PRIOR = { mean: -6, deviation: 2 };

/**
 * The negative logarithm of the posterior density of hyperparameters, up to a constant, as a function to minimise.
 *
 * The values are normal with a constant mean, which is N(0, 1) itself and taken at its best, and the covariance
 * s·matern(Σ θⱼ δⱼ²) + ν on the diagonal. The priors:
 *
 * - each length scale ℓⱼ = θⱼ^(−1/2) is log-normal about √2 + ln(D)/2 − 3, the dimension-scaled prior of Hvarfner et al.
 *   2024 at its mode, with deviation 1: the wide original lets few points have length scales that are far too long. For
 *   choices it is about 1 more: otherwise points that differ in a few of them tell nothing about each other;
 * - s is Gamma(2, 1), and ν log-normal about −6 with deviation 2.
 */
export class LogPosterior {
  readonly #values: Float64Array;
  readonly #width: number;
  readonly #numbers: number;
  /** For each coordinate the squared differences of all pairs of points, the second before the first. */
  readonly #differences: readonly Float64Array[];
  readonly #covariance: Float64Array;
  readonly #inverse: Float64Array;
  readonly #scratch: Float64Array;
  /** By pair: squared distances, then covariances. */
  readonly #pairs: Float64Array;
  /** By pair: derivatives of the covariance by the squared distance, then weighed. */
  readonly #slopes: Float64Array;
  readonly #solved: Float64Array;

  constructor({ points, values, numbers }: Observations) {
    const size = points.length;
    this.#values = values;
    this.#numbers = numbers;
    this.#width = points[0]?.length ?? 0;
    this.#differences = Array.from({ length: this.#width }, (_, j) => squaredDifferences(points, j, j >= numbers));
    [this.#covariance, this.#inverse, this.#scratch] = [0, 1, 2].map(() => new Float64Array(size * size)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    this.#pairs = new Float64Array((size * (size - 1)) / 2);
    this.#slopes = new Float64Array(this.#pairs.length);
    this.#solved = new Float64Array(size);
  }

  /** The value at `logs`; writes its gradient. */
  at(logs: LogHyperparameters, gradient: Float64Array): number {
    const { weights, scale, noise } = hyperparametersOf(logs);
    const size = this.#values.length;
    this.#fillCovariance(weights, scale, noise);
    gradient.fill(0);
    if (!factorize(this.#covariance, size)) return IMPOSSIBLE;
    const inverse = inverseByFactor(this.#covariance, size, this.#inverse, this.#scratch);
    const mean = this.#solve(inverse);
    let value = 0.5 * mean * mean;
    for (let i = 0; i < size; i++) {
      value += 0.5 * (this.#solved[i] as number) * ((this.#values[i] as number) - mean);
      value += Math.log(this.#covariance[i * size + i] as number);
    }
    this.#addGradient(gradient, inverse, weights, scale, noise);
    return value + this.#addPriors(gradient, logs, scale);
  }

  #fillCovariance(weights: Float64Array, scale: number, noise: number): void {
    const [size, pairs, slopes, covariance] = [this.#values.length, this.#pairs, this.#slopes, this.#covariance];
    pairs.fill(0);
    for (const [j, differences] of this.#differences.entries()) {
      const weight = weights[j] as number;
      for (let p = 0; p < pairs.length; p++) pairs[p] = (pairs[p] as number) + weight * (differences[p] as number);
    }
    for (let i = 0, p = 0; i < size; i++) {
      for (let k = 0; k < i; k++, p++) {
        const squaredDistance = pairs[p] as number;
        const c = scale * matern(squaredDistance);
        slopes[p] = scale * maternSlope(squaredDistance);
        pairs[p] = c;
        covariance[i * size + k] = c;
      }
      covariance[i * size + i] = scale + noise;
    }
  }

  /** Solves K α = z − μ with the best μ, and returns μ. */
  #solve(inverse: Float64Array): number {
    const [size, values, solved] = [this.#values.length, this.#values, this.#solved];
    let [weighed, total] = [0, 0];
    for (let i = 0; i < size; i++) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += inverse[i * size + k] as number;
      weighed += sum * (values[i] as number);
      total += sum;
    }
    const mean = weighed / (total + 1);
    const centred = values.map((value) => value - mean);
    for (let i = 0; i < size; i++) solved[i] = dot(inverse, i * size, centred, 0, size);
    return mean;
  }

  /** The derivative by each hyperparameter q is −½ tr((ααᵀ − K⁻¹) ∂K/∂q). */
  #addGradient(
    gradient: Float64Array,
    inverse: Float64Array,
    weights: Float64Array,
    scale: number,
    noise: number,
  ): void {
    const [size, solved, pairs, slopes] = [this.#values.length, this.#solved, this.#pairs, this.#slopes];
    let [byScale, byNoise] = [0, 0];
    for (let i = 0, p = 0; i < size; i++) {
      const own = solved[i] as number;
      for (let k = 0; k < i; k++, p++) {
        const w = own * (solved[k] as number) - (inverse[i * size + k] as number);
        byScale += w * (pairs[p] as number);
        slopes[p] = w * (slopes[p] as number);
      }
      const w = 0.5 * (own * own - (inverse[i * size + i] as number));
      byScale += w * scale;
      byNoise += w * noise;
    }
    for (const [j, differences] of this.#differences.entries()) {
      gradient[j] = -(weights[j] as number) * dot(slopes, 0, differences, 0, slopes.length);
    }
    gradient[this.#width] = -byScale;
    gradient[this.#width + 1] = -byNoise;
  }

  /** Adds the gradient of the priors, and returns their value. */
  #addPriors(gradient: Float64Array, logs: LogHyperparameters, scale: number): number {
    const width = this.#width;
    const logLength = Math.SQRT2 + 0.5 * Math.log(Math.max(width, 1)) - 3;
    let value = 0;
    for (let j = 0; j < width; j++) {
      const distance = -0.5 * (logs[j] as number) - (j < this.#numbers ? logLength : logLength + CHOICES_LONGER);
      value += 0.5 * distance * distance;
      gradient[j] = (gradient[j] as number) - 0.5 * distance;
    }
    const distance = ((logs[width + 1] as number) - NOISE_PRIOR.mean) / NOISE_PRIOR.deviation;
    gradient[width] = (gradient[width] as number) + scale - 1;
    gradient[width + 1] = (gradient[width + 1] as number) + distance / NOISE_PRIOR.deviation;
    return value + scale - (logs[width] as number) + 0.5 * distance * distance;
  }
}

function squaredDifferences(points: readonly Point[], coordinate: number, isChoice: boolean): Float64Array {
  const differences = new Float64Array((points.length * (points.length - 1)) / 2);
  for (let i = 0, p = 0; i < points.length; i++) {
    for (let k = 0; k < i; k++, p++) {
      const difference = ((points[i] as Point)[coordinate] as number) - ((points[k] as Point)[coordinate] as number);
      differences[p] = isChoice ? Number(difference !== 0) : difference * difference;
    }
  }
  return differences;
}
