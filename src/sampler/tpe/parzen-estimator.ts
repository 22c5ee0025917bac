import type { Rng } from '../../base/rng.ts';
import { logAddExp, logSumExp } from '../../math/special-functions.ts';
import { isCategorical } from '../../space/categorical-distribution.ts';
import type { Distribution } from '../../space/distribution.ts';
import { isNumeric } from '../../space/numeric-distribution.ts';
import { CategoricalKernels, type ChoiceDistance } from './categorical-kernels.ts';
import { ContinuousKernels } from './continuous-kernels.ts';
import { DiscreteKernels } from './discrete-kernels.ts';
import type { Kernels, Observations, Points } from './kernels.ts';
import { Mixture } from './mixture.ts';
import { Scratch } from './scratch.ts';

/**
 * A term of a sum that is smaller than another one by this factor, as a logarithm, is below the other's rounding error.
 */
const LOG_ROUNDING_ERROR = Math.log(Number.EPSILON / 4);

/** The number of components on either side of a point that are summed at a time: at first, and at most. */
const FIRST_REACH = 8;
const REACH = 256;

/** The ln density at a point, summed over some of the components: it only grows. */
export interface PartialSum {
  readonly points: Points;
  readonly point: number;
  /** The sum holds the components from this place in their order up to, not including, `end`. */
  start: number;
  end: number;
  /** The number of components on either side to add next. */
  reach: number;
  logDensity: number;
  isWhole: boolean;
}

/** The weights of a mixture's components against each other. */
export interface Weighting {
  /** The weights of `count` observations, the oldest first, in a new array or in the one that is given. */
  readonly weights: (count: number, weights?: Float64Array) => Float64Array;
  /** The weight of the prior, where a recent observation weighs 1; above 0. */
  readonly priorWeight: number;
  /** For each parameter the distance of its choices, where it has one. Default: none has. */
  readonly distances?: readonly (ChoiceDistance | undefined)[];
}

/**
 * A density over a search space estimated from observations: a mixture with one component for each observation and a
 * prior, each the product of one kernel per parameter (Bergstra et al. 2011; multivariate as in Falkner et al. 2018).
 */
export class ParzenEstimator {
  /** The weight of each component, the prior last; their sum is 1. */
  readonly weights: Float64Array;
  readonly kernels: readonly Kernels[];
  /** The kernels in the order of their cost, each with the greatest ln density that the later ones can add. */
  readonly #cheapestFirst: readonly {
    readonly kernels: Kernels;
    readonly at: number;
    readonly greatestOfRest: number;
  }[];
  readonly #mixture: Mixture;
  /** The components of a block that are left, and their sums so far. */
  readonly #block = new Uint32Array(2 * REACH);
  readonly #sums = new Float64Array(2 * REACH);

  /**
   * @param distributions the parameters, at least one.
   * @param observations the same number for each parameter; without any, the prior is alone.
   */
  constructor(
    distributions: readonly Distribution[],
    observations: readonly Observations[],
    { weights, priorWeight, distances }: Weighting,
  ) {
    const count = observations[0]?.values.length ?? 0;
    this.weights = (observations[0]?.scratch ?? new Scratch()).floats(count + 1);
    this.weights.set(weights(count, this.weights.subarray(0, count)));
    this.weights[count] = priorWeight;
    normalise(this.weights);
    this.kernels = distributions.map((distribution, at) =>
      kernelsOf(distribution, observations[at] as Observations, priorWeight, distances?.[at]),
    );
    const ordered = [...this.kernels.entries()].sort(([, a], [, b]) => a.cost - b.cost);
    this.#cheapestFirst = ordered.map(([at, kernels], place) => {
      const rest = ordered.slice(place + 1);
      return { kernels, at, greatestOfRest: rest.reduce((sum, [, later]) => sum + later.greatestLogDensity, 0) };
    });
    const at = ordered[0]?.[0] as number;
    const ordering = {
      at,
      distribution: distributions[at] as Distribution,
      observations: observations[at] as Observations,
    };
    const kinds = this.kernels.length === 1 ? this.kernels[0]?.kinds : undefined;
    this.#mixture = new Mixture(ordering, this.weights, kinds);
  }

  sample(rng: Rng, count: number): Points {
    const components = new Uint32Array(count);
    for (let i = 0; i < count; i++) components[i] = this.#component(rng.uniform());
    return this.kernels.map((kernels) => kernels.sample(rng, components));
  }

  /** The ln density at each of the points. */
  logDensities(points: Points): Float64Array {
    const densities = new Float64Array(points[0]?.length ?? 0);
    for (let point = 0; point < densities.length; point++) densities[point] = this.logDensity(points, point);
    return densities;
  }

  logDensity(points: Points, point: number): number {
    const sum = this.beginSum(points, point);
    while (!sum.isWhole) this.extendSum(sum);
    return sum.logDensity;
  }

  /** Begins the sum of the density at one of the points: the prior and the components nearest to the point. */
  beginSum(points: Points, point: number): PartialSum {
    const count = this.#mixture.components.length - 1;
    const place = this.#mixture.placeOf(points, point);
    const taken = this.#take(count, count + 1, 0);
    const sum = { points, point, start: place, end: place, reach: FIRST_REACH, logDensity: -Infinity, isWhole: false };
    this.#add(sum, taken);
    return sum;
  }

  /** Adds the next components, going outwards from the point in the order of the first parameter. */
  extendSum(sum: PartialSum): void {
    this.#add(sum, 0);
  }

  /** @param taken the number of components that are in the block already. */
  #add(sum: PartialSum, taken: number): void {
    const count = this.#mixture.components.length - 1;
    const negligible = LOG_ROUNDING_ERROR - Math.log(count + 1); // small enough for all components together
    const from = Math.max(0, sum.start - sum.reach);
    const to = Math.min(count, sum.end + sum.reach);
    const length = this.#take(sum.end, to, this.#take(from, sum.start, taken));
    const added = this.#sumBlock(sum.points, sum.point, length, sum.logDensity + negligible);
    sum.logDensity = logAddExp(sum.logDensity, added);
    sum.start = from;
    sum.end = to;
    sum.reach = Math.min(2 * sum.reach, REACH);
    sum.isWhole = to - from === count;
  }

  /**
   * Puts the components from `start` up to, not including, `end` behind the `count` that are in the block.
   *
   * @returns the number of components in the block then.
   */
  #take(start: number, end: number, count: number): number {
    const { components, logWeights } = this.#mixture;
    let taken = count;
    for (let i = start; i < end; i++) {
      this.#block[taken] = components[i] as number;
      this.#sums[taken++] = logWeights[i] as number;
    }
    return taken;
  }

  /**
   * ln of the sum of the block's `count` components at one point. It goes parameter by parameter and drops components
   * that cannot reach `least` any more; with many observations these are nearly all.
   */
  #sumBlock(points: Points, point: number, count: number, least: number): number {
    const components = this.#block;
    const sums = this.#sums;
    let left = count;
    for (const { kernels, at, greatestOfRest } of this.#cheapestFirst) {
      kernels.addLogDensities((points[at] as Float64Array)[point] as number, components, sums, left);
      const needed = least - greatestOfRest;
      let kept = 0;
      for (let i = 0; i < left; i++) {
        const sum = sums[i] as number;
        components[kept] = components[i] as number;
        sums[kept] = sum;
        kept += +(sum >= needed); // a branch would be mispredicted time and again
      }
      left = kept;
    }
    return logSumExp(sums, left);
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

/** Divides weights by their sum. */
function normalise(weights: Float64Array): void {
  let total = 0;
  for (let k = 0; k < weights.length; k++) total += weights[k] as number;
  for (let k = 0; k < weights.length; k++) weights[k] = (weights[k] as number) / total;
}

function kernelsOf(
  distribution: Distribution,
  observations: Observations,
  priorWeight: number,
  distance?: ChoiceDistance,
): Kernels {
  if (isCategorical(distribution)) return new CategoricalKernels(distribution, observations, priorWeight, distance);
  if (!isNumeric(distribution)) throw new TypeError(`${distribution} is neither numeric nor categorical.`);
  return distribution.step === null
    ? new ContinuousKernels(distribution, observations)
    : new DiscreteKernels(distribution, distribution.step, observations);
}
