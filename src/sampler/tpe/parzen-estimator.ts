import type { Rng } from '../../rng.ts';
import { isCategorical } from '../../space/categorical-distribution.ts';
import type { Distribution } from '../../space/distribution.ts';
import { isNumeric } from '../../space/numeric-distribution.ts';
import { CategoricalKernels } from './categorical-kernels.ts';
import { ContinuousKernels } from './continuous-kernels.ts';
import { DiscreteKernels } from './discrete-kernels.ts';
import type { Kernels, Observations } from './kernels.ts';
import { logSumExp } from './special-functions.ts';
import { ageWeights } from './weights.ts';

/** Points of a search space: for each parameter the values of all points, as numbers that a database keeps. */
export type Points = readonly Float64Array[];

/**
 * A density over a search space estimated from observations: a mixture with one component for each observation and a
 * prior, each the product of one kernel per parameter (Bergstra et al. 2011; multivariate as in Falkner et al. 2018).
 */
export class ParzenEstimator {
  /** Of each component, the prior last; their sum is 1. */
  readonly weights: Float64Array;
  readonly kernels: readonly Kernels[];

  /**
   * @param distributions the parameters, at least one.
   * @param observations as many for each parameter; none leaves the prior alone.
   * @param priorWeight what the prior weighs against one recent observation, above 0.
   */
  constructor(distributions: readonly Distribution[], observations: readonly Observations[], priorWeight: number) {
    const count = observations[0]?.values.length ?? 0;
    this.weights = mixtureWeights(count, priorWeight);
    this.kernels = distributions.map((distribution, at) =>
      kernelsOf(distribution, observations[at] as Observations, priorWeight),
    );
  }

  sample(rng: Rng, count: number): Points {
    const components = Uint32Array.from({ length: count }, () => this.#component(rng.uniform()));
    return this.kernels.map((kernels) => kernels.sample(rng, components));
  }

  /** The ln density at each of the points. */
  logDensities(points: Points): Float64Array {
    const logWeights = this.weights.map(Math.log);
    const sums = new Float64Array(logWeights.length);
    const densities = new Float64Array(points[0]?.length ?? 0);
    for (let point = 0; point < densities.length; point++) {
      sums.set(logWeights);
      for (const [at, kernels] of this.kernels.entries()) {
        kernels.addLogDensities((points[at] as Float64Array)[point] as number, sums);
      }
      densities[point] = logSumExp(sums);
    }
    return densities;
  }

  #component(draw: number): number {
    let rest = draw;
    let component = 0;
    while (component < this.weights.length - 1 && rest >= (this.weights[component] as number)) {
      rest -= this.weights[component++] as number;
    }
    return component;
  }
}

function mixtureWeights(count: number, priorWeight: number): Float64Array {
  const weights = new Float64Array(count + 1);
  weights.set(ageWeights(count));
  weights[count] = priorWeight;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

function kernelsOf(distribution: Distribution, observations: Observations, priorWeight: number): Kernels {
  if (isCategorical(distribution)) return new CategoricalKernels(distribution, observations, priorWeight);
  if (!isNumeric(distribution)) throw new TypeError(`${distribution} is neither numeric nor categorical.`);
  return distribution.step === null
    ? new ContinuousKernels(distribution, observations)
    : new DiscreteKernels(distribution, distribution.step, observations);
}
