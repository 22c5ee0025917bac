import type { Rng } from '../../rng.ts';
import { isCategorical } from '../../space/categorical-distribution.ts';
import type { Distribution } from '../../space/distribution.ts';
import { isNumeric } from '../../space/numeric-distribution.ts';
import { CategoricalKernels } from './categorical-kernels.ts';
import { ContinuousKernels } from './continuous-kernels.ts';
import { DiscreteKernels } from './discrete-kernels.ts';
import type { Kernels, Observations } from './kernels.ts';
import { logSumExp } from './special-functions.ts';

/** What is so much less than another term of a sum adds less than a rounding error, even a million times. */
const NEGLIGIBLE = -52;

/** Points of a search space: for each parameter the values of all points, as numbers that a database keeps. */
export type Points = readonly Float64Array[];

/** What the components of a mixture weigh against each other. */
export interface Weighting {
  /** Of so many observations each, the oldest first. */
  readonly weights: (count: number) => Float64Array;
  /** Of the prior, where a recent observation weighs 1; above 0. */
  readonly priorWeight: number;
}

/**
 * A density over a search space estimated from observations: a mixture with one component for each observation and a
 * prior, each the product of one kernel per parameter (Bergstra et al. 2011; multivariate as in Falkner et al. 2018).
 */
export class ParzenEstimator {
  /** Of each component, the prior last; their sum is 1. */
  readonly weights: Float64Array;
  readonly kernels: readonly Kernels[];
  /** What a density sums: components with the logarithm of their weight, the prior last. */
  readonly #components: Uint32Array;
  readonly #logWeights: Float64Array;
  /** The kernels in the order of their cost, each with the greatest ln density that the later ones can add. */
  readonly #cheapestFirst: readonly {
    readonly kernels: Kernels;
    readonly at: number;
    readonly greatestOfRest: number;
  }[];

  /**
   * @param distributions the parameters, at least one.
   * @param observations as many for each parameter; none leaves the prior alone.
   */
  constructor(
    distributions: readonly Distribution[],
    observations: readonly Observations[],
    { weights, priorWeight }: Weighting,
  ) {
    const count = observations[0]?.values.length ?? 0;
    this.weights = normalised(weights(count), priorWeight);
    this.kernels = distributions.map((distribution, at) =>
      kernelsOf(distribution, observations[at] as Observations, priorWeight),
    );
    [this.#components, this.#logWeights] = merged(this.weights, this.kernels);
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
    const sums = new Float64Array(this.#logWeights.length);
    const components = new Uint32Array(this.#components.length);
    const densities = new Float64Array(points[0]?.length ?? 0);
    for (let point = 0; point < densities.length; point++) {
      components.set(this.#components);
      sums.set(this.#logWeights);
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
    const prior = components.slice(-1);
    const priorSum = sums.slice(-1);
    for (const { kernels, at } of this.#cheapestFirst) kernels.addLogDensities(value(at), prior, priorSum, 1);
    let count = sums.length;
    for (const { kernels, at, greatestOfRest } of this.#cheapestFirst) {
      kernels.addLogDensities(value(at), components, sums, count);
      const least = (priorSum[0] as number) + NEGLIGIBLE - greatestOfRest;
      let kept = 0;
      for (let i = 0; i < count; i++) {
        const sum = sums[i] as number;
        components[kept] = components[i] as number;
        sums[kept] = sum;
        kept += +(sum >= least); // a branch would be mispredicted time and again
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

function normalised(observed: Float64Array, priorWeight: number): Float64Array {
  const weights = new Float64Array(observed.length + 1).fill(priorWeight);
  weights.set(observed);
  let total = 0;
  for (let k = 0; k < weights.length; k++) total += weights[k] as number;
  for (let k = 0; k < weights.length; k++) weights[k] = (weights[k] as number) / total;
  return weights;
}

/**
 * The components that differ, each with the logarithm of what all that are equal to it weigh, the prior last. With
 * several parameters nearly all differ, and they are left as they are.
 */
function merged(weights: Float64Array, kernels: readonly Kernels[]): [Uint32Array, Float64Array] {
  const components = new Uint32Array(weights.length);
  for (let k = 0; k < components.length; k++) components[k] = k;
  const kinds = kernels.length === 1 ? kernels[0]?.kinds : undefined;
  if (kinds === undefined) return [components, weights.map(Math.log)];
  const sums = new Float64Array(weights.length);
  const places: (number | undefined)[] = [];
  let first = weights.length;
  for (let k = weights.length - 1; k >= 0; k--) {
    const kind = kinds[k] as number;
    const place = places[kind] ?? --first;
    places[kind] = place;
    components[place] = k;
    sums[place] = (sums[place] as number) + (weights[k] as number);
  }
  return [components.slice(first), sums.slice(first).map(Math.log)];
}

function kernelsOf(distribution: Distribution, observations: Observations, priorWeight: number): Kernels {
  if (isCategorical(distribution)) return new CategoricalKernels(distribution, observations, priorWeight);
  if (!isNumeric(distribution)) throw new TypeError(`${distribution} is neither numeric nor categorical.`);
  return distribution.step === null
    ? new ContinuousKernels(distribution, observations)
    : new DiscreteKernels(distribution, distribution.step, observations);
}
