import { dot, FOUR, factorize, solveLower, solveLowerFour, solveUpper } from '../../math/cholesky.ts';
import { type Hyperparameters, Kernel } from './kernel.ts';
import type { Observations } from './log-posterior.ts';
import type { Point } from './point-space.ts';
import type { Prediction, Predictor } from './predictor.ts';

/** The smallest variance, for the rounding of larger numbers' difference. */
const LEAST_VARIANCE = 1e-12;

/**
 * The function that observations are of, as a Gaussian process with these hyperparameters knows it (Rasmussen and
 * Williams 2006, algorithm 2.1).
 */
export class Posterior implements Predictor {
  /** ν as it was used: where the covariance could not be factored, a multiple of that of the hyperparameters. */
  readonly noise: number;
  readonly #kernel: Kernel;
  readonly #width: number;
  readonly #scale: number;
  readonly #mean: number;
  /** The number of observed rows; believed ones follow. */
  readonly #observed: number;
  readonly #size: number;
  readonly #rows: Float64Array;
  readonly #factor: Float64Array;
  readonly #solved: Float64Array;
  readonly #distances: Float64Array;
  readonly #covariances: Float64Array;
  readonly #backward: Float64Array;
  readonly #four: Float64Array;

  /**
   * @param believed further points, of which it is believed that they will be observed as predicted: the prediction's
   *   mean stays as it is, and its deviation shrinks around them (the "Kriging believer" of Ginsbourger et al. 2010).
   */
  constructor(
    { points, values, numbers }: Observations,
    hyperparameters: Hyperparameters,
    believed: readonly Point[] = [],
  ) {
    const all = [...points, ...believed];
    const [observed, size] = [points.length, all.length];
    this.#kernel = new Kernel(hyperparameters, numbers);
    this.#width = all[0]?.length ?? 0;
    this.#scale = hyperparameters.scale;
    [this.#observed, this.#size] = [observed, size];
    this.#rows = new Float64Array(size * this.#width);
    for (const [i, point] of all.entries()) this.#rows.set(this.#kernel.scaled(point), i * this.#width);
    [this.#distances, this.#covariances, this.#backward, this.#four] = [1, 1, 1, FOUR].map(
      (of) => new Float64Array(of * size),
    ) as [Float64Array, Float64Array, Float64Array, Float64Array];
    [this.#factor, this.noise] = this.#factored(hyperparameters.noise);
    // L⁻¹ of an observed row does not depend on the rows behind it, so the mean follows from the observed ones alone.
    const solve = (b: Float64Array) => solveLower(this.#factor, observed, b, new Float64Array(observed), size);
    const [ones, weighed] = [solve(new Float64Array(observed).fill(1)), solve(values)];
    this.#mean = dot(ones, 0, weighed, 0, observed) / (dot(ones, 0, ones, 0, observed) + 1);
    const residuals = weighed.map((value, i) => value - this.#mean * (ones[i] as number));
    this.#solved = solveUpper(this.#factor, observed, residuals, residuals, size);
  }

  at(point: Point): Prediction {
    const covariances = this.#covariancesOf(this.#kernel.scaled(point));
    const mean = this.#mean + dot(covariances, 0, this.#solved, 0, this.#observed);
    const forward = solveLower(this.#factor, this.#size, covariances, covariances);
    return { mean, deviation: this.#deviation(dot(forward, 0, forward, 0, this.#size)) };
  }

  /** The covariance of the modelled function at two points. */
  covariance(a: Point, b: Point): number {
    const [scaledA, scaledB] = [this.#kernel.scaled(a), this.#kernel.scaled(b)];
    const forward = (scaled: Point) => {
      return solveLower(this.#factor, this.#size, this.#covariancesOf(scaled), new Float64Array(this.#size));
    };
    const explained = dot(forward(scaledA), 0, forward(scaledB), 0, this.#size);
    this.#kernel.distances(scaledA, scaledB, 1, this.#distances);
    return this.#kernel.covariance(this.#distances[0] as number) - explained;
  }

  atAll(points: readonly Point[]): readonly Prediction[] {
    const [size, four] = [this.#size, this.#four];
    const predictions: Prediction[] = [];
    for (let from = 0; from + FOUR <= points.length; from += FOUR) {
      const means: number[] = [];
      for (let c = 0; c < FOUR; c++) {
        const covariances = this.#covariancesOf(this.#kernel.scaled(points[from + c] as Point));
        means.push(this.#mean + dot(covariances, 0, this.#solved, 0, this.#observed));
        for (let i = 0; i < size; i++) four[FOUR * i + c] = covariances[i] as number;
      }
      solveLowerFour(this.#factor, size, four);
      const squares = new Float64Array(FOUR);
      for (let i = 0; i < four.length; i++) {
        const x = four[i] as number;
        squares[i % FOUR] = (squares[i % FOUR] as number) + x * x;
      }
      for (const [c, mean] of means.entries()) {
        predictions.push({ mean, deviation: this.#deviation(squares[c] as number) });
      }
    }
    while (predictions.length < points.length) predictions.push(this.at(points[predictions.length] as Point));
    return predictions;
  }

  withGradient(point: Point, meanGradient: Float64Array, deviationGradient: Float64Array): Prediction {
    const [kernel, size, observed, width, rows] = [this.#kernel, this.#size, this.#observed, this.#width, this.#rows];
    const scaled = kernel.scaled(point);
    const covariances = this.#covariancesOf(scaled);
    const mean = this.#mean + dot(covariances, 0, this.#solved, 0, observed);
    const forward = solveLower(this.#factor, size, covariances, covariances);
    const deviation = this.#deviation(dot(forward, 0, forward, 0, size));
    const backward = solveUpper(this.#factor, size, forward, this.#backward);
    meanGradient.fill(0);
    deviationGradient.fill(0);
    const numbers = kernel.numbers;
    for (let i = 0; i < size; i++) {
      const slope = 2 * kernel.slope(this.#distances[i] as number);
      const byMean = i < observed ? slope * (this.#solved[i] as number) : 0;
      const byDeviation = (-slope * (backward[i] as number)) / deviation;
      for (let j = 0; j < numbers; j++) {
        const distance = ((scaled[j] as number) - (rows[i * width + j] as number)) * kernel.root(j);
        meanGradient[j] = (meanGradient[j] as number) + byMean * distance;
        deviationGradient[j] = (deviationGradient[j] as number) + byDeviation * distance;
      }
    }
    return { mean, deviation };
  }

  #deviation(explained: number): number {
    return Math.sqrt(Math.max(this.#scale - explained, LEAST_VARIANCE));
  }

  #covariancesOf(scaled: Point): Float64Array {
    this.#kernel.distances(scaled, this.#rows, this.#size, this.#distances);
    for (let i = 0; i < this.#size; i++) {
      this.#covariances[i] = this.#kernel.covariance(this.#distances[i] as number);
    }
    return this.#covariances;
  }

  /** The factor of the covariance of all rows, with ten times the noise as often as that takes. */
  #factored(leastNoise: number): [factor: Float64Array, noise: number] {
    const [size, width] = [this.#size, this.#width];
    const factor = new Float64Array(size * size);
    for (let noise = leastNoise; ; noise *= 10) {
      for (let i = 0; i < size; i++) {
        this.#kernel.distances(this.#rows.subarray(i * width, (i + 1) * width), this.#rows, i, this.#distances);
        for (let k = 0; k < i; k++) factor[i * size + k] = this.#kernel.covariance(this.#distances[k] as number);
        factor[i * size + i] = this.#scale + noise;
      }
      if (factorize(factor, size)) return [factor, noise];
    }
  }
}
