import { type Evolution, LEAST_VARIANCE, type RankedPoints, RecentLosses } from './evolution.ts';
import { hasSettled, nextPaths, type PathState } from './paths.ts';
import type { Strategy } from './strategy.ts';

interface SeparableState extends PathState {
  /** The diagonal of C; all else is 0. */
  readonly variances: Float64Array;
}

/**
 * CMA-ES that learns a variance for each coordinate alone (Ros and Hansen 2008): for many dimensions that do not depend
 * on each other, in which it learns faster.
 */
export class SeparableEvolution implements Evolution {
  readonly #state: SeparableState;
  readonly #roots: Float64Array;

  private constructor(state: SeparableState) {
    this.#state = state;
    this.#roots = state.variances.map((c) => Math.sqrt(c < 0 ? LEAST_VARIANCE : c));
  }

  static start(strategy: Strategy, mean: Float64Array, sigma: number): SeparableEvolution {
    const zero = new Float64Array(mean.length);
    const recent = RecentLosses.of(mean.length, strategy.populationSize);
    const rest = { variances: zero.map(() => 1), stepPath: zero, path: zero, generation: 0, firstSigma: sigma, recent };
    return new SeparableEvolution({ strategy, mean, sigma, ...rest });
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

  get variances(): Float64Array {
    return this.#state.variances;
  }

  get covariance(): Float64Array {
    const size = this.mean.length;
    return Float64Array.from({ length: size * size }, (_, at) => {
      return at % (size + 1) === 0 ? (this.variances[at / (size + 1)] as number) : 0;
    });
  }

  pointAt(z: Float64Array): Float64Array {
    return this.mean.map((m, i) => m + this.sigma * ((this.#roots[i] as number) * (z[i] as number)));
  }

  moved(mean: Float64Array, sigma: number): SeparableEvolution {
    return new SeparableEvolution({ ...this.#state, mean, sigma });
  }

  tell(ranked: RankedPoints): SeparableEvolution {
    const { strategy, mean, sigma, variances } = this.#state;
    const { weights, parents, rankOneRate, rankMuRate } = strategy;
    const generation = this.generation + 1;
    const steps = ranked.points.map((point) => point.map((x, i) => (x - (mean[i] as number)) / sigma));
    const sumOver = (count: number, of: (step: Float64Array, i: number) => number) =>
      mean.map((_, i) => {
        let sum = 0;
        for (let k = 0; k < count; k++) sum += (weights[k] as number) * of(steps[k] as Float64Array, i);
        return sum;
      });
    const y = sumOver(parents, (step, i) => step[i] as number);
    const inverse = y.map((x, i) => x / (this.#roots[i] as number));
    const { lost, ...next } = nextPaths(this.#state, y, inverse);
    const squares = sumOver(parents, (step, i) => (step[i] as number) ** 2);
    const kept = 1 + rankOneRate * lost - rankOneRate - rankMuRate;
    return new SeparableEvolution({
      ...this.#state,
      ...next,
      mean: mean.map((m, i) => m + sigma * (y[i] as number)),
      variances: variances.map((c, i) => {
        return kept * c + rankOneRate * (next.path[i] as number) ** 2 + rankMuRate * (squares[i] as number);
      }),
      generation,
      recent: this.#state.recent.with(ranked),
    });
  }

  get hasConverged(): boolean {
    const { mean, sigma, variances, generation } = this.#state;
    const step = 0.1 * sigma * (this.#roots[generation % mean.length] as number);
    if (mean.every((m) => m === m + step)) return true;
    return hasSettled(this.#state, variances, this.#roots);
  }
}
