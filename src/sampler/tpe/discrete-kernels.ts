import type { Rng } from '../../rng.ts';
import type { NumericDistribution } from '../../space/numeric-distribution.ts';
import { normalKernels } from './bandwidth.ts';
import type { Kernels, Observations } from './kernels.ts';
import { sampleNormals } from './sample-normals.ts';
import { greatestOf } from './special-functions.ts';
import { logMass } from './truncated-normal.ts';

/**
 * Normals cut off at the ends of the sampling range, for integers and stepped numbers: a value has the mass from half a
 * step below it to half a step above. Observations repeat here, so kernels of equal mean and sigma are computed once.
 */
export class DiscreteKernels implements Kernels {
  readonly cost = 3;
  readonly kinds: Uint32Array;
  readonly means: Float64Array;
  readonly sigmas: Float64Array;
  readonly greatestLogDensity: number;
  readonly #distribution: NumericDistribution;
  readonly #step: number;
  readonly #kindMeans: Float64Array;
  readonly #kindSigmas: Float64Array;
  /** ln of the mass that each different kernel has inside the range. */
  readonly #logInside: Float64Array;
  readonly #byValue = new Map<number, Float64Array>();

  constructor(distribution: NumericDistribution, step: number, observations: Observations) {
    const { means, sigmas } = normalKernels(distribution, observations);
    const { rangeLow, rangeHigh } = distribution;
    this.#distribution = distribution;
    this.#step = step;
    this.means = means;
    this.sigmas = sigmas;
    const order = observations.ascending;
    const count = order.length;
    this.kinds = new Uint32Array(count + 1);
    const kindMeans = new Float64Array(count + 1);
    const kindSigmas = new Float64Array(count + 1);
    let kinds = 0;
    let sameMeanFrom = 0;
    for (let i = 0; i <= count; i++) {
      const k = i < count ? (order[i] as number) : count;
      const mean = means[k] as number;
      const sigma = sigmas[k] as number;
      if (kinds > 0 && kindMeans[kinds - 1] !== mean) sameMeanFrom = kinds;
      let kind = sameMeanFrom;
      while (kind < kinds && kindSigmas[kind] !== sigma) kind++;
      if (kind === kinds) {
        kindMeans[kinds] = mean;
        kindSigmas[kinds++] = sigma;
      }
      this.kinds[k] = kind;
    }
    this.#kindMeans = kindMeans.subarray(0, kinds);
    this.#kindSigmas = kindSigmas.subarray(0, kinds);
    this.#logInside = new Float64Array(kinds);
    for (let kind = 0; kind < kinds; kind++) this.#logInside[kind] = this.#logMass(kind, rangeLow, rangeHigh);
    this.greatestLogDensity = greatestOf(this.#logInside.map((logInside) => -logInside));
  }

  sample(rng: Rng, components: Uint32Array): Float64Array {
    return sampleNormals(this.#distribution, this, rng, components);
  }

  addLogDensities(value: number, components: Uint32Array, sums: Float64Array, count: number): void {
    const left = this.#distribution.toRange(value - this.#step / 2);
    const right = this.#distribution.toRange(value + this.#step / 2);
    const known = this.#knownAt(value);
    for (let i = 0; i < count; i++) {
      const kind = this.kinds[components[i] as number] as number;
      let logDensity = known[kind] as number;
      if (Number.isNaN(logDensity)) {
        logDensity = this.#logMass(kind, left, right) - (this.#logInside[kind] as number);
        known[kind] = logDensity;
      }
      sums[i] = (sums[i] as number) + logDensity;
    }
  }

  /** The ln density of each different kernel at a value; NaN where it was not needed yet. */
  #knownAt(value: number): Float64Array {
    let known = this.#byValue.get(value);
    if (known === undefined) {
      known = new Float64Array(this.#kindMeans.length).fill(Number.NaN);
      this.#byValue.set(value, known);
    }
    return known;
  }

  /** ln of the mass that a kernel has between two places before it is cut off. */
  #logMass(kind: number, left: number, right: number): number {
    const mean = this.#kindMeans[kind] as number;
    const sigma = this.#kindSigmas[kind] as number;
    return logMass((left - mean) / sigma, (right - mean) / sigma);
  }
}
