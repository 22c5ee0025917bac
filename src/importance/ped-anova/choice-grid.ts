import { CategoricalKernels } from '../../sampler/tpe/categorical-kernels.ts';
import type { CategoricalDistribution } from '../../space/categorical-distribution.ts';
import type { ParamValue } from '../../space/distribution.ts';
import type { Grid } from './grid.ts';

/**
 * A grid with a cell for each choice. Its kernels are TPE's, one for each choice that occurs, weighted by how often it
 * does.
 */
export class ChoiceGrid implements Grid {
  readonly size: number;
  readonly #distribution: CategoricalDistribution;

  constructor(distribution: CategoricalDistribution) {
    this.#distribution = distribution;
    this.size = distribution.choices.length;
  }

  cellOf(value: ParamValue): number {
    return this.#distribution.toInternal(value);
  }

  masses(counts: Uint32Array): Float64Array {
    const values = Float64Array.from([...counts.keys()].filter((cell) => counts[cell] !== 0));
    const kernels = new CategoricalKernels(this.#distribution, { values }, 1);
    const weights = [...values].map((cell) => counts[cell] as number);
    const total = weights.reduce((sum, weight) => sum + weight, 1);
    const masses = kernels.probabilities(values.length).map((prior) => prior / total);
    for (const [k, weight] of weights.entries()) {
      for (const [cell, mass] of kernels.probabilities(k).entries()) {
        masses[cell] = (masses[cell] as number) + (weight / total) * mass;
      }
    }
    return masses;
  }
}
