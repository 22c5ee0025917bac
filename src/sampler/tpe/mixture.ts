import type { Distribution } from '../../space/distribution.ts';
import { isNumeric } from '../../space/numeric-distribution.ts';
import type { Observations, Points } from './kernels.ts';

/** The parameter that orders components: its index in the space, and its observations. */
interface OrderingParam {
  readonly at: number;
  readonly distribution: Distribution;
  readonly observations: Observations;
}

/**
 * The terms of a density's sum: components with the logarithms of their weights, in the order of their observations of
 * one parameter, so that those near a value stand together; the prior last.
 */
export class Mixture {
  readonly components: Uint32Array;
  readonly logWeights: Float64Array;
  readonly #param: OrderingParam;

  /**
   * @param param the parameter that orders the components.
   * @param weights of each component, the prior last.
   * @param kinds components of the same kind are equal and are summed as one. Undefined where nearly all differ, as
   *   they do with several parameters.
   */
  constructor(param: OrderingParam, weights: Float64Array, kinds: Uint32Array | undefined) {
    this.#param = param;
    const count = weights.length - 1;
    const { scratch } = param.observations;
    const components = scratch.integers(count + 1);
    const logWeights = scratch.floats(count + 1);
    const placeOfKind: (number | undefined)[] = [];
    let places = 0;
    for (let i = 0; i <= count; i++) {
      const k = i < count ? (param.observations.ascending[i] as number) : count;
      const kind = i < count ? kinds?.[k] : undefined;
      const place = kind === undefined ? undefined : placeOfKind[kind];
      if (place === undefined) {
        if (kind !== undefined) placeOfKind[kind] = places;
        components[places] = k;
        logWeights[places++] = weights[k] as number;
      } else {
        logWeights[place] = (logWeights[place] as number) + (weights[k] as number);
      }
    }
    for (let i = 0; i < places; i++) logWeights[i] = Math.log(logWeights[i] as number);
    this.components = components.subarray(0, places);
    this.logWeights = logWeights.subarray(0, places);
  }

  /** The place of the first component whose observation is not below that of a point, or of the prior. */
  placeOf(points: Points, point: number): number {
    const { at, distribution, observations } = this.#param;
    const observed = observations.values;
    const value = (points[at] as Float64Array)[point] as number;
    const sought = isNumeric(distribution) ? distribution.toRange(value) : value;
    let low = 0;
    let high = this.components.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((observed[this.components[middle] as number] as number) < sought) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
