/** A generation's points from the best to the worst, with the losses of these two. */
export interface RankedPoints {
  readonly points: readonly Float64Array[];
  readonly best: number;
  readonly worst: number;
}

/**
 * A normal distribution N(m, σ² C) that moves towards better points, generation by generation. Immutable: telling it
 * results makes the next one.
 */
export interface Evolution {
  /** The number of generations told. */
  readonly generation: number;
  readonly populationSize: number;
  /** m */
  readonly mean: Float64Array;
  /** σ */
  readonly sigma: number;
  /** C: its rows, one behind the other. */
  readonly covariance: Float64Array;
  /** The diagonal of C. */
  readonly variances: Float64Array;
  /** m + σ C^(1/2) z, which is normal as the distribution for standard normal z. */
  pointAt(z: Float64Array): Float64Array;
  /** @param ranked as many points as the population size. */
  tell(ranked: RankedPoints): Evolution;
  /** The same with another mean and step size. */
  moved(mean: Float64Array, sigma: number): Evolution;
  /** Whether nothing is to be gained by going on, by the criteria of the library `cmaes`: a restart may help. */
  readonly hasConverged: boolean;
}

/** Added to where it divides: the square root of a variance that rounding made negative is that of this. */
export const LEAST_VARIANCE = 1e-8;

/** The largest step size. */
export const GREATEST_SIGMA = 1e32;

/** The limits by which an evolution has converged. */
export const CONVERGED = { step: 1e-12, spread: 1e4, losses: 1e-12, condition: 1e14 } as const;

/** The best and the worst losses of the last generations. */
export class RecentLosses {
  readonly #count: number;
  readonly #losses: readonly number[];

  /** @param losses two for each generation, the newest last. */
  constructor(count: number, losses: readonly number[] = []) {
    this.#count = count;
    this.#losses = losses;
  }

  /** The number of generations that matter to an evolution. */
  static of(dimensions: number, populationSize: number): RecentLosses {
    return new RecentLosses(10 + Math.ceil((30 * dimensions) / populationSize));
  }

  with({ best, worst }: RankedPoints): RecentLosses {
    return new RecentLosses(this.#count, [...this.#losses, best, worst].slice(-2 * this.#count));
  }

  /** Whether the last generations, as many as matter, all had the same losses. */
  isFlat(generation: number): boolean {
    if (generation <= this.#count) return false;
    return Math.max(...this.#losses) - Math.min(...this.#losses) < CONVERGED.losses;
  }
}
