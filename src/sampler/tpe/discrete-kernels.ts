import type { Rng } from '../../base/rng.ts';
import type { NumericDistribution } from '../../space/numeric-distribution.ts';
import { normalKernels } from './bandwidth.ts';
import { DiscreteMasses } from './discrete-masses.ts';
import type { Kernels, Observations } from './kernels.ts';
import { sampleNormals } from './sample-normals.ts';

/**
 * Normals cut off at the ends of the sampling range, for integers and stepped numbers: the probability of a value is
 * the mass from half a step below it to half a step above.
 */
export class DiscreteKernels implements Kernels {
  readonly cost = 3;
  readonly kinds: Uint32Array;
  readonly means: Float64Array;
  readonly sigmas: Float64Array;
  readonly greatestLogDensity: number;
  readonly #distribution: NumericDistribution;
  readonly #masses: DiscreteMasses;

  constructor(distribution: NumericDistribution, step: number, observations: Observations) {
    const { means, sigmas } = normalKernels(distribution, observations);
    const masses = DiscreteMasses.of(distribution, step);
    const order = observations.ascending;
    const count = order.length;
    const kinds = observations.scratch.integers(count + 1);
    let least = 0;
    let mean = Number.NaN;
    let sigma = Number.NaN;
    let kind = 0;
    for (let i = 0; i <= count; i++) {
      const k = i < count ? (order[i] as number) : count;
      if (means[k] !== mean || sigmas[k] !== sigma) {
        mean = means[k] as number;
        sigma = sigmas[k] as number;
        kind = masses.kindOf(mean, sigma);
        least = Math.min(least, masses.logInside(kind));
      }
      kinds[k] = kind;
    }
    this.#distribution = distribution;
    this.#masses = masses;
    this.kinds = kinds;
    this.means = means;
    this.sigmas = sigmas;
    this.greatestLogDensity = -least;
  }

  sample(rng: Rng, components: Uint32Array): Float64Array {
    return sampleNormals(this.#distribution, this, rng, components);
  }

  addLogDensities(value: number, components: Uint32Array, sums: Float64Array, count: number): void {
    const masses = this.#masses.at(value);
    const kinds = this.kinds;
    for (let i = 0; i < count; i++) {
      const kind = kinds[components[i] as number] as number;
      let logMass = masses[kind] as number;
      if (Number.isNaN(logMass)) {
        logMass = this.#masses.compute(kind, value);
        masses[kind] = logMass;
      }
      sums[i] = (sums[i] as number) + logMass;
    }
  }
}
