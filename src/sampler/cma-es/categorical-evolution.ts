import type { Rng } from '../../base/rng.ts';

interface CategoricalState {
  /** q: the probabilities of each variable's choices. */
  readonly probabilities: readonly Float64Array[];
  /** The least probability of a choice, by variable. */
  readonly least: Float64Array;
  /** ∆, s and γ of the adaptation of the step (ASNG). */
  readonly trust: number;
  /** δ = 1/∆ of a generation before, as in the library `cmaes`. */
  readonly step: number;
  readonly path: Float64Array;
  readonly pathWeight: number;
}

const TARGET = 1.5;

/**
 * A distribution of independent choices that moves towards better ones: the categorical part of CatCMA (Hamano et al.
 * 2024, arXiv 2405.09962), a natural gradient whose step adapts to how reliable it is (Akimoto et al. 2019), with a least
 * probability of each choice. Immutable.
 */
export class CategoricalEvolution {
  readonly #state: CategoricalState;

  private constructor(state: CategoricalState) {
    this.#state = state;
  }

  /** @param counts the number of choices of each variable, at least 2. */
  static start(counts: readonly number[]): CategoricalEvolution {
    return new CategoricalEvolution({
      probabilities: counts.map((count) => new Float64Array(count).fill(1 / count)),
      least: Float64Array.from(counts, (count) => (1 - 0.73 ** (1 / counts.length)) / (count - 1)),
      trust: 1,
      step: 1,
      path: new Float64Array(counts.reduce((sum, count) => sum + count - 1, 0)),
      pathWeight: 0,
    });
  }

  get probabilities(): readonly Float64Array[] {
    return this.#state.probabilities;
  }

  /** Draws an index for each variable. */
  sample(rng: Pick<Rng, 'uniform'>): readonly number[] {
    return this.#state.probabilities.map((probabilities) => {
      let rest = rng.uniform();
      const index = probabilities.findIndex((p) => {
        rest -= p;
        return rest < 0;
      });
      return index < 0 ? probabilities.length - 1 : index;
    });
  }

  /**
   * @param ranked the indices of a generation's points, the best first.
   * @param weights the weights of the points, which sum to 1.
   */
  tell(ranked: readonly (readonly number[])[], weights: Float64Array): CategoricalEvolution {
    const { probabilities, least, trust, step, path, pathWeight } = this.#state;
    const gradient = probabilities.map((own, variable) => {
      const sums = own.map((p) => -p);
      for (const [k, choices] of ranked.entries()) {
        const index = choices[variable] as number;
        sums[index] = (sums[index] as number) + (weights[k] as number);
      }
      return sums;
    });
    const natural = Float64Array.from(
      gradient.flatMap((own, at) => [...naturalGradient(own, probabilities[at] as Float64Array)]),
    );
    const norm = Math.hypot(...natural) + 1e-30;
    const moved = probabilities.map((own, at) => {
      const shifted = own.map((p, index) => p + (step / norm) * (gradient[at]?.[index] as number));
      return withLeast(shifted, least[at] as number);
    });
    const nextStep = 1 / trust;
    const rate = nextStep / Math.sqrt(path.length);
    const added = Math.sqrt(rate * (2 - rate));
    const nextPath = path.map((s, i) => (1 - rate) * s + (added * (natural[i] as number)) / norm);
    const nextWeight = (1 - rate) ** 2 * pathWeight + rate * (2 - rate);
    const length = nextPath.reduce((sum, s) => sum + s * s, 0);
    return new CategoricalEvolution({
      probabilities: moved,
      least,
      trust: trust * Math.exp(rate * (nextWeight - length / TARGET)),
      step: nextStep,
      path: nextPath,
      pathWeight: nextWeight,
    });
  }
}

/** The gradient by all probabilities but the last, in units of the square root of the Fisher information. */
function naturalGradient(gradient: Float64Array, probabilities: Float64Array): Float64Array {
  const count = gradient.length - 1;
  const last = probabilities[count] as number;
  const sum = gradient.subarray(0, count).reduce((total, g) => total + g, 0);
  return probabilities.subarray(0, count).map((p, i) => {
    const root = Math.sqrt(p);
    return (gradient[i] as number) / root + (root * sum) / (last + Math.sqrt(last));
  });
}

/** Probabilities of which none is below `least`, in the same order. */
function withLeast(probabilities: Float64Array, least: number): Float64Array {
  const raised = probabilities.map((p) => Math.max(p, least));
  const sum = raised.reduce((total, p) => total + p, 0);
  const above = sum - least * raised.length;
  const lowered = raised.map((p) => p - ((sum - 1) * (p - least)) / above);
  const total = lowered.reduce((all, p) => all + p, 0);
  return lowered.map((p) => p / total);
}
