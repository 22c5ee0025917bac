import type { Rng } from '../../base/rng.ts';
import type { CategoricalDistribution } from '../../space/categorical-distribution.ts';
import type { Kernels, Observations } from './kernels.ts';

/**
 * Kernels over K choices. With N observations and a prior weight p, the kernel of an observation gives each choice p /
 * (N + 1) and adds 1 to the observed one, then normalises. The prior gives all the same. Optuna's rule.
 */
export class CategoricalKernels implements Kernels {
  readonly cost = 2;
  /** One more than the choice that each kernel observed; 0 for the prior. */
  readonly kinds: Uint32Array;
  readonly greatestLogDensity = 0;
  readonly #choiceCount: number;
  readonly #hit: number;
  readonly #miss: number;
  /** The ln densities of all kinds for each value. */
  readonly #tables: (Float64Array | undefined)[] = [];

  constructor(distribution: CategoricalDistribution, { values }: Pick<Observations, 'values'>, priorWeight: number) {
    const count = values.length;
    this.#choiceCount = distribution.choices.length;
    this.kinds = new Uint32Array(count + 1);
    for (let k = 0; k < count; k++) this.kinds[k] = (values[k] as number) + 1;
    const share = priorWeight / (count + 1);
    const total = 1 + this.#choiceCount * share;
    this.#hit = (1 + share) / total;
    this.#miss = share / total;
  }

  /** The probability that kernel `k` gives each choice. */
  probabilities(k: number): Float64Array {
    const kind = this.kinds[k] as number;
    if (kind === 0) return new Float64Array(this.#choiceCount).fill(1 / this.#choiceCount);
    const row = new Float64Array(this.#choiceCount).fill(this.#miss);
    row[kind - 1] = this.#hit;
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
    const kinds = this.kinds;
    const logDensities = this.#logDensitiesAt(value);
    for (let i = 0; i < count; i++) {
      const kind = kinds[components[i] as number] as number;
      sums[i] = (sums[i] as number) + (logDensities[kind] as number);
    }
  }

  /** The ln densities by kind, in a table: a branch would be mispredicted time and again. */
  #logDensitiesAt(value: number): Float64Array {
    let table = this.#tables[value];
    if (table === undefined) {
      table = new Float64Array(this.#choiceCount + 1).fill(Math.log(this.#miss));
      table[0] = -Math.log(this.#choiceCount);
      table[value + 1] = Math.log(this.#hit);
      this.#tables[value] = table;
    }
    return table;
  }
}
