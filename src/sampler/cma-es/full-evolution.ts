import { type SymmetricEigen, symmetricEigen } from '../../math/symmetric-eigen.ts';
import { type Evolution, LEAST_VARIANCE, type RankedPoints, RecentLosses } from './evolution.ts';
import type { LearningRates } from './learning-rates.ts';
import { hasSettled, nextPaths, type PathState } from './paths.ts';
import type { Strategy } from './strategy.ts';

/** The parts of a {@link FullEvolution}. */
export interface FullState extends PathState {
  /** C: its rows, one behind the other. */
  readonly covariance: Float64Array;
  /** Adapted where they are given. */
  readonly rates: LearningRates | undefined;
}

/** The spectrum of C: B and D of Hansen's tutorial. */
interface Spectrum extends SymmetricEigen {
  /** The square roots of the eigenvalues. */
  readonly roots: Float64Array;
}

/** CMA-ES with a full covariance matrix (Hansen 2016, "The CMA evolution strategy: a tutorial"). */
export class FullEvolution implements Evolution {
  readonly #state: FullState;
  #spectrum: Spectrum | undefined;

  constructor(state: FullState) {
    this.#state = state;
  }

  /** @param covariance C at the beginning; default: the unit matrix. */
  static start(
    strategy: Strategy,
    mean: Float64Array,
    sigma: number,
    covariance: Float64Array = unitMatrix(mean.length),
    rates?: LearningRates,
  ): FullEvolution {
    const zero = new Float64Array(mean.length);
    const recent = RecentLosses.of(mean.length, strategy.populationSize);
    const paths = { stepPath: zero, path: zero };
    return new FullEvolution({
      strategy,
      mean,
      sigma,
      covariance,
      ...paths,
      generation: 0,
      firstSigma: sigma,
      recent,
      rates,
    });
  }

  get generation(): number {
    return this.#state.generation;
  }

  get populationSize(): number {
    return this.#state.strategy.populationSize;
  }

  get mean(): Float64Array {
    return this.#state.mean;
  }

  get sigma(): number {
    return this.#state.sigma;
  }

  get covariance(): Float64Array {
    return this.#state.covariance;
  }

  get variances(): Float64Array {
    const { mean, covariance } = this.#state;
    return mean.map((_, i) => covariance[i * mean.length + i] as number);
  }

  /** The square root of the least eigenvalue of C. */
  get leastRoot(): number {
    return Math.min(...this.#spectral.roots);
  }

  pointAt(z: Float64Array): Float64Array {
    const { mean, sigma } = this.#state;
    // The symmetric root, which does not depend on the arbitrary signs of eigenvectors.
    const y = this.#scaled(z, (root) => root);
    return mean.map((m, i) => m + sigma * (y[i] as number));
  }

  moved(mean: Float64Array, sigma: number): FullEvolution {
    return new FullEvolution({ ...this.#state, mean, sigma });
  }

  tell(ranked: RankedPoints): FullEvolution {
    const { strategy, mean, sigma, rates } = this.#state;
    const size = mean.length;
    const { weights, parents } = strategy;
    const generation = this.generation + 1;
    const steps = ranked.points.map((point) => point.map((x, i) => (x - (mean[i] as number)) / sigma));
    const y = new Float64Array(size);
    for (let k = 0; k < parents; k++) addScaled(y, steps[k] as Float64Array, weights[k] as number);

    const inverse = this.#scaled(y, (root) => 1 / root);
    const { stepPath, path, sigma: nextSigma, lost } = nextPaths(this.#state, y, inverse);
    const covariance = this.#nextCovariance(steps, path, lost);
    const nextMean = mean.map((m, i) => m + sigma * (y[i] as number));
    const moved = { mean: nextMean, sigma: nextSigma, covariance };
    const adapted = rates?.adapted({ mean, sigma, covariance: this.#spectralCovariance }, moved, (z) =>
      this.#scaled(z, (root) => 1 / root),
    );
    const recent = this.#state.recent.with(ranked);
    return new FullEvolution({ ...this.#state, ...moved, ...adapted, stepPath, path, generation, recent });
  }

  get hasConverged(): boolean {
    const { mean, sigma, generation } = this.#state;
    const { roots, vectors } = this.#spectral;
    const axis = generation % mean.length;
    const step = 0.1 * sigma * (roots[axis] as number);
    if (mean.every((m, i) => m === m + step * ((vectors[axis] as Float64Array)[i] as number))) return true;
    return hasSettled(this.#state, this.variances, roots);
  }

  #nextCovariance(steps: readonly Float64Array[], path: Float64Array, lost: number): Float64Array {
    const { weights, rankOneRate, rankMuRate } = this.#state.strategy;
    const size = path.length;
    const sum = weights.reduce((total, w) => total + w, 0);
    const kept = 1 + rankOneRate * lost - rankOneRate - rankMuRate * sum;
    const next = this.#spectralCovariance.map((c) => kept * c);
    addOuter(next, path, rankOneRate);
    for (const [k, step] of steps.entries()) {
      const weight = weights[k] as number;
      if (weight === 0) continue;
      // A bad point counts by its direction alone: its length could make C indefinite.
      const length = weight > 0 ? 0 : this.#scaled(step, (root) => 1 / root).reduce((total, x) => total + x * x, 0);
      const own = weight > 0 ? weight : (weight * size) / (length + LEAST_VARIANCE);
      addOuter(next, step, rankMuRate * own);
    }
    return next;
  }

  /** C, without the negative eigenvalues that rounding may have given it. */
  get #spectralCovariance(): Float64Array {
    const { values, vectors, roots } = this.#spectral;
    if (values.every((value) => value >= 0)) return this.#state.covariance;
    const covariance = new Float64Array(this.#state.covariance.length);
    for (const [k, vector] of vectors.entries()) addOuter(covariance, vector, (roots[k] as number) ** 2);
    return covariance;
  }

  /** B f(D) Bᵀ z */
  #scaled(z: Float64Array, factor: (root: number) => number): Float64Array {
    const { vectors, roots } = this.#spectral;
    const out = new Float64Array(z.length);
    for (const [k, vector] of vectors.entries()) {
      const along = vector.reduce((sum, x, i) => sum + x * (z[i] as number), 0);
      addScaled(out, vector, along * factor(roots[k] as number));
    }
    return out;
  }

  get #spectral(): Spectrum {
    if (this.#spectrum === undefined) {
      const { covariance, mean } = this.#state;
      const eigen = symmetricEigen(covariance, mean.length);
      const roots = eigen.values.map((value) => Math.sqrt(value < 0 ? LEAST_VARIANCE : value));
      this.#spectrum = { ...eigen, roots };
    }
    return this.#spectrum;
  }
}

function addScaled(sum: Float64Array, vector: Float64Array, scale: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + scale * (vector[i] as number);
}

function addOuter(matrix: Float64Array, vector: Float64Array, scale: number): void {
  const size = vector.length;
  for (let i = 0; i < size; i++) {
    const factor = scale * (vector[i] as number);
    for (let j = 0; j < size; j++) {
      matrix[i * size + j] = (matrix[i * size + j] as number) + factor * (vector[j] as number);
    }
  }
}

function unitMatrix(size: number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, at) => (at % (size + 1) === 0 ? 1 : 0));
}
