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

/** What is so much less than another term of a sum adds less than a rounding error, even a million times. */
const NEGLIGIBLE = -52;

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
  /** The kernels in the order of their cost, each with the greatest ln density that the later ones can add. */
  readonly #cheapestFirst: readonly {
    readonly kernels: Kernels;
    readonly at: number;
    readonly greatestOfRest: number;
  }[];

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
    const ordered = [...this.kernels.entries()].sort(([, a], [, b]) => a.cost - b.cost);
    this.#cheapestFirst = ordered.map(([at, kernels], place) => {
      const rest = ordered.slice(place + 1);
      return { kernels, at, greatestOfRest: rest.reduce((sum, [, later]) => sum + later.greatestLogDensity, 0) };
    });
  }

  sample(rng: Rng, count: number): Points {
    const components = Uint32Array.from({ length: count }, () => this.#component(rng.uniform()));
    return this.kernels.map((kernels) => kernels.sample(rng, components));
  }

  /** The ln density at each of the points. */
  logDensities(points: Points): Float64Array {
    const logWeights = this.weights.map(Math.log);
    const sums = new Float64Array(logWeights.length);
    const all = new Uint32Array(logWeights.length);
    for (let k = 0; k < all.length; k++) all[k] = k;
    const components = new Uint32Array(all.length);
    const densities = new Float64Array(points[0]?.length ?? 0);
    for (let point = 0; point < densities.length; point++) {
      components.set(all);
      sums.set(logWeights);
      densities[point] = logSumExp(sums.subarray(0, this.#addAll(points, point, components, sums)));
    }
    return densities;
  }

  /**
   * Adds to `sums` the ln densities of each component at one point, parameter by parameter, and drops components as
   * soon as they cannot come near the prior any more, which with many observations are nearly all.
   * @returns how many of `components` and `sums` are left, at the front.
   */
  #addAll(points: Points, point: number, components: Uint32Array, sums: Float64Array): number {
    const value = (at: number) => (points[at] as Float64Array)[point] as number;
    const prior = sums.length - 1;
    const priorSum = sums.slice(prior);
    for (const { kernels, at } of this.#cheapestFirst) {
      kernels.addLogDensities(value(at), Uint32Array.of(prior), priorSum, 1);
    }
    let count = sums.length;
    for (const { kernels, at, greatestOfRest } of this.#cheapestFirst) {
      kernels.addLogDensities(value(at), components, sums, count);
      const least = (priorSum[0] as number) + NEGLIGIBLE - greatestOfRest;
      let kept = 0;
      for (let i = 0; i < count; i++) {
        const sum = sums[i] as number;
        if (sum < least) continue;
        components[kept] = components[i] as number;
        sums[kept++] = sum;
      }
      count = kept;
    }
    return count;
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
