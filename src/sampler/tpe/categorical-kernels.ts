import type { Rng } from '../../rng.ts';
import type { CategoricalDistribution } from '../../space/categorical-distribution.ts';
import type { Kernels, Observations } from './kernels.ts';

/**
 * Kernels over K choices: that of an observation gives each choice p / (N + 1) and the observed one 1 more, normalised,
 * for N observations and a prior weight p. The prior gives all the same. Optuna's rule.
 */
export class CategoricalKernels implements Kernels {
  readonly cost = 2;
  readonly greatestLogDensity = 0;
  readonly #choiceCount: number;
  /** The choice that each kernel observed; -1 for the prior. */
  readonly #observed: Int32Array;
  readonly #hit: number;
  readonly #miss: number;

  constructor(distribution: CategoricalDistribution, observations: Observations, priorWeight: number) {
    const count = observations.values.length;
    this.#choiceCount = distribution.choices.length;
    this.#observed = new Int32Array(count + 1).fill(-1);
    this.#observed.set(observations.values);
    const share = priorWeight / (count + 1);
    const total = 1 + this.#choiceCount * share;
    this.#hit = (1 + share) / total;
    this.#miss = share / total;
  }

  /** The probability that kernel `k` gives each choice. */
  probabilities(k: number): Float64Array {
    const observed = this.#observed[k] as number;
    const row = new Float64Array(this.#choiceCount).fill(observed < 0 ? 1 / this.#choiceCount : this.#miss);
    if (observed >= 0) row[observed] = this.#hit;
    return row;
  }

  sample(rng: Rng, components: Uint32Array): Float64Array {
    return Float64Array.from(components, (k) => {
      const row = this.probabilities(k);
      let rest = rng.uniform();
      let choice = 0;
      while (choice < row.length - 1 && rest >= (row[choice] as number)) rest -= row[choice++] as number;
      return choice;
    });
  }

  addLogDensities(value: number, components: Uint32Array, sums: Float64Array, count: number): void {
    const observed = this.#observed;
    // By the observed choice, the prior first, in a table: a branch would be mispredicted time and again.
    const logDensities = new Float64Array(this.#choiceCount + 1).fill(Math.log(this.#miss));
    logDensities[0] = -Math.log(this.#choiceCount);
    logDensities[value + 1] = Math.log(this.#hit);
    for (let i = 0; i < count; i++) {
      const choice = observed[components[i] as number] as number;
      sums[i] = (sums[i] as number) + (logDensities[choice + 1] as number);
    }
  }
}
