import type { Rng } from '../../base/rng.ts';
import { CategoricalEvolution } from './categorical-evolution.ts';
import type { Evolution } from './evolution.ts';
import { FullEvolution } from './full-evolution.ts';
import { LearningRates } from './learning-rates.ts';
import { MarginEvolution, type Steps } from './margin.ts';
import { SeparableEvolution } from './separable-evolution.ts';
import { defaultPopulationSize, fullStrategy, type Strategy, separableStrategy } from './strategy.ts';

/** Numbers in the unit cube, and the index of each choice. */
export interface Candidate {
  /** The numbers as they were drawn, from which the evolution learns. */
  readonly drawn: Float64Array;
  /** The numbers to try: those with steps at their nearest ones, where they keep a margin. */
  readonly numbers: Float64Array;
  readonly choices: readonly number[];
}

/** A candidate that was tried. */
export interface Tried {
  readonly drawn: Float64Array;
  readonly choices: readonly number[];
  readonly loss: number;
}

/** The way that an {@link Optimizer} begins. */
export interface OptimizerStart {
  readonly mean: Float64Array;
  readonly sigma: number;
  readonly covariance?: Float64Array;
  /** Default: by the number of dimensions. */
  readonly populationSize?: number;
  /** The coordinates that keep a margin; default: none. */
  readonly steps?: readonly Steps[];
  /** The number of choices of each categorical variable; default: no such variable. */
  readonly choiceCounts?: readonly number[];
  readonly separable?: boolean;
  readonly adaptsLearningRate?: boolean;
}

/** The distribution of candidates. */
export interface Distribution {
  readonly mean: Float64Array;
  readonly sigma: number;
  /** C: its rows, one behind the other. */
  readonly covariance: Float64Array;
  /** The factor by which each coordinate that keeps a margin is spread wider. */
  readonly scales: Float64Array;
  /** The probabilities of each variable's choices. */
  readonly probabilities: readonly Float64Array[];
}

/** The least eigenvalue of the covariance beside choices, as CatCMA has it. */
const LEAST_EIGENVALUE = 1e-30;

/** The number of times, for each dimension, that a point beyond the bounds is drawn again before it is moved to them. */
const TRIES_PER_DIMENSION = 10;

/** CMA-ES over numbers in the unit cube and choices. Immutable. */
export class Optimizer {
  readonly #strategy: Strategy;
  readonly #numbers: MarginEvolution | undefined;
  readonly #stepped: ReadonlySet<number>;
  readonly #choices: CategoricalEvolution | undefined;
  readonly generation: number;

  private constructor(
    strategy: Strategy,
    numbers: MarginEvolution | undefined,
    stepped: ReadonlySet<number>,
    choices: CategoricalEvolution | undefined,
    generation: number,
  ) {
    this.#strategy = strategy;
    this.#numbers = numbers;
    this.#stepped = stepped;
    this.#choices = choices;
    this.generation = generation;
  }

  static start({ mean, sigma, covariance, steps = [], choiceCounts = [], ...more }: OptimizerStart): Optimizer {
    const size = mean.length;
    const populationSize = more.populationSize ?? defaultPopulationSize(size + choiceCounts.length);
    const isSeparable = more.separable === true && size > 1;
    const strategy = isSeparable
      ? separableStrategy(size, populationSize)
      : fullStrategy(Math.max(size, 1), populationSize, choiceCounts.length === 0);
    const rates = more.adaptsLearningRate ? LearningRates.start(size) : undefined;
    const evolution = isSeparable
      ? SeparableEvolution.start(strategy, mean, sigma)
      : FullEvolution.start(strategy, mean, sigma, covariance, rates);
    const numbers = size > 0 ? MarginEvolution.start(evolution, steps) : undefined;
    const choices = choiceCounts.length > 0 ? CategoricalEvolution.start(choiceCounts) : undefined;
    return new Optimizer(strategy, numbers, new Set(steps.map(({ at }) => at)), choices, 0);
  }

  get populationSize(): number {
    return this.#strategy.populationSize;
  }

  /** Whether nothing is to be gained by going on. */
  get hasConverged(): boolean {
    return this.#numbers?.evolution.hasConverged ?? false;
  }

  /** The distribution that candidates are drawn from; its numbers are empty where there are only choices. */
  get distribution(): Distribution {
    const { mean = new Float64Array(0), sigma = 0, covariance = new Float64Array(0) } = this.#numbers?.evolution ?? {};
    const scales = this.#numbers?.scales ?? new Float64Array(0);
    return { mean, sigma, covariance, scales, probabilities: this.#choices?.probabilities ?? [] };
  }

  ask(rng: Rng): Candidate {
    const choices = this.#choices?.sample(rng) ?? [];
    const numbers = this.#numbers;
    if (numbers === undefined) return { drawn: new Float64Array(0), numbers: new Float64Array(0), choices };
    const size = numbers.evolution.mean.length;
    const draw = () => numbers.evolution.pointAt(Float64Array.from({ length: size }, () => rng.normal()));
    const isOutside = (x: number, i: number) => !this.#stepped.has(i) && (x < 0 || x > 1);
    let drawn = draw();
    for (let tries = 0; drawn.some(isOutside); tries++) {
      if (tries === TRIES_PER_DIMENSION * size) {
        drawn = drawn.map((x, i) => (isOutside(x, i) ? Math.min(Math.max(x, 0), 1) : x));
        break;
      }
      drawn = draw();
    }
    return { drawn, numbers: numbers.rounded(drawn), choices };
  }

  /** @param tried as many as the population size; of equal losses the first is the better one. */
  tell(tried: readonly Tried[]): Optimizer {
    const ranked = tried.toSorted((a, b) => (a.loss === b.loss ? 0 : a.loss < b.loss ? -1 : 1));
    const [best = 0, worst = 0] = [ranked[0]?.loss, ranked.at(-1)?.loss];
    const points = ranked.map(({ drawn }) => drawn);
    const choices = this.#choices?.tell(
      ranked.map((each) => each.choices),
      this.#strategy.weights,
    );
    const next = this.#numbers?.evolution.tell({ points, best, worst });
    const numbers = next && this.#numbers?.after(choices ? withLeastEigenvalue(next) : next);
    return new Optimizer(this.#strategy, numbers, this.#stepped, choices, this.generation + 1);
  }
}

function withLeastEigenvalue(evolution: Evolution): Evolution {
  if (!(evolution instanceof FullEvolution)) return evolution;
  const least = Math.sqrt(LEAST_EIGENVALUE / evolution.leastRoot);
  return evolution.sigma < least ? evolution.moved(evolution.mean, least) : evolution;
}
