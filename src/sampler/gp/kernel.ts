import type { Point } from './point-space.ts';

/** The parameters of the covariance: the hyperparameters of the model. */
export interface Hyperparameters {
  /** θ: the inverse squared length scale of each coordinate. */
  readonly weights: Float64Array;
  /** s: the variance of the modelled function. */
  readonly scale: number;
  /** ν: the variance of the observations' noise. */
  readonly noise: number;
}

const SQRT_5 = Math.sqrt(5);

/**
 * Matérn's covariance with ν = 5/2 at the squared distance r²: (1 + √5 r + 5r²/3) e^(−√5 r), 1 at 0 (Rasmussen and
 * Williams 2006, 4.17).
 */
export function matern(squaredDistance: number): number {
  const r = SQRT_5 * Math.sqrt(squaredDistance);
  return (1 + r + (r * r) / 3) * Math.exp(-r);
}

/** The derivative of {@link matern} by the squared distance. */
export function maternSlope(squaredDistance: number): number {
  const r = SQRT_5 * Math.sqrt(squaredDistance);
  return (-5 / 6) * (1 + r) * Math.exp(-r);
}

/**
 * The covariances of points with the rows of a model, with a length scale for each coordinate: numbers differ by their
 * distance, choices by whether they are the same (Hamming's distance).
 */
export class Kernel {
  readonly #weights: Float64Array;
  readonly #roots: Float64Array;
  /** The number of the first coordinates that are numbers. */
  readonly numbers: number;
  readonly #scale: number;

  constructor({ weights, scale }: Hyperparameters, numbers: number) {
    this.#weights = weights;
    this.#roots = weights.map(Math.sqrt);
    this.numbers = numbers;
    this.#scale = scale;
  }

  /** The point with its numbers in units of their length scales: the form that the other methods take. */
  scaled(point: Point): Point {
    return point.map((x, j) => (j < this.numbers ? x * (this.#roots[j] as number) : x));
  }

  /** Writes the squared distances of a scaled point from each of `count` scaled rows, which lie behind each other. */
  distances(point: Point, rows: Float64Array, count: number, out: Float64Array): void {
    const [width, numbers, weights] = [point.length, this.numbers, this.#weights];
    for (let i = 0, row = 0; i < count; i++, row += width) {
      let sum = 0;
      for (let j = 0; j < numbers; j++) {
        const distance = (point[j] as number) - (rows[row + j] as number);
        sum += distance * distance;
      }
      for (let j = numbers; j < width; j++) if (point[j] !== rows[row + j]) sum += weights[j] as number;
      out[i] = sum;
    }
  }

  covariance(squaredDistance: number): number {
    return this.#scale * matern(squaredDistance);
  }

  /** The derivative of {@link covariance} by the squared distance. */
  slope(squaredDistance: number): number {
    return this.#scale * maternSlope(squaredDistance);
  }

  /** The root of a number coordinate's weight: one over its length scale. */
  root(coordinate: number): number {
    return this.#roots[coordinate] as number;
  }
}
