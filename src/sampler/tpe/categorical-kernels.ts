import type { Rng } from '../../base/rng.ts';
import type { CategoricalDistribution } from '../../space/categorical-distribution.ts';
import type { ParamValue } from '../../space/distribution.ts';
import type { Kernels, Observations } from './kernels.ts';
import { Scratch } from './scratch.ts';

/** The distance of two choices, from 0 on. */
export type ChoiceDistance = (a: ParamValue, b: ParamValue) => number;

/**
 * Kernels over K choices. With N observations and a prior weight p, the kernel of an observation gives each choice p /
 * (N + 1) and adds 1 to the observed one, then normalises. The prior gives all the same. Optuna's rule.
 *
 * With a distance d the kernel of an observed choice gives the others exp(−(d / the greatest d)² ln((N + 1) / p) ln K /
 * ln 6), then normalises: near choices share what is known of each other. Optuna's rule, too, up to its version 4.
 */
export class CategoricalKernels implements Kernels {
  readonly cost = 2;
  /** One more than the choice that each kernel observed; 0 for the prior. */
  readonly kinds: Uint32Array;
  readonly greatestLogDensity = 0;
  readonly #choices: readonly ParamValue[];
  readonly #distance: ChoiceDistance | undefined;
  /** p / (N + 1) */
  readonly #share: number;
  /** The probabilities of the choices by kind, as far as they have been asked for. */
  readonly #rows: (Float64Array | undefined)[] = [];
  /** The ln densities of all kinds for each value. */
  readonly #tables: (Float64Array | undefined)[] = [];

  constructor(
    distribution: CategoricalDistribution,
    { values, scratch = new Scratch() }: Pick<Observations, 'values'> & { readonly scratch?: Scratch },
    priorWeight: number,
    distance?: ChoiceDistance,
  ) {
    const count = values.length;
    this.#choices = distribution.choices;
    this.#distance = distance;
    this.#share = priorWeight / (count + 1);
    const kinds = scratch.integers(count + 1);
    for (let k = 0; k < count; k++) kinds[k] = (values[k] as number) + 1;
    kinds[count] = 0;
    this.kinds = kinds;
  }

  /** The probability that kernel `k` gives each choice. */
  probabilities(k: number): Float64Array {
    return this.#row(this.kinds[k] as number);
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
      table = new Float64Array(this.#choices.length + 1);
      table[0] = -Math.log(this.#choices.length);
      for (let kind = 1; kind < table.length; kind++) table[kind] = Math.log(this.#row(kind)[value] as number);
      this.#tables[value] = table;
    }
    return table;
  }

  #row(kind: number): Float64Array {
    let row = this.#rows[kind];
    if (row === undefined) {
      row = this.#newRow(kind);
      this.#rows[kind] = row;
    }
    return row;
  }

  #newRow(kind: number): Float64Array {
    const size = this.#choices.length;
    if (kind === 0) return new Float64Array(size).fill(1 / size);
    if (this.#distance === undefined) {
      const total = 1 + size * this.#share;
      const row = new Float64Array(size).fill(this.#share / total);
      row[kind - 1] = (1 + this.#share) / total;
      return row;
    }
    return this.#rowByDistance(kind - 1, this.#distance);
  }

  #rowByDistance(observed: number, distance: ChoiceDistance): Float64Array {
    const own = this.#choices[observed] as ParamValue;
    const distances = Float64Array.from(this.#choices, (choice) => distance(own, choice));
    const greatest = distances.reduce((most, each) => Math.max(most, each), 0) || 1;
    const steepness = (-Math.log(this.#share) * Math.log(distances.length)) / Math.log(6);
    const weights = distances.map((each) => Math.exp(-((each / greatest) ** 2) * steepness));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight) => weight / total);
  }
}
