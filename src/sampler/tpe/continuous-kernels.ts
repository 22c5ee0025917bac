import type { Rng } from '../../base/rng.ts';
import { greatestOf } from '../../math/special-functions.ts';
import type { NumericDistribution } from '../../space/numeric-distribution.ts';
import { normalKernels } from './bandwidth.ts';
import type { Kernels, Observations } from './kernels.ts';
import { sampleNormals } from './sample-normals.ts';

/**
 * Normals cut off at the ends of the sampling range, for a parameter without steps. With `log` the density is that of
 * the logarithm: the factor 1 / value is the same for every mixture and cancels in their ratio.
 */
export class ContinuousKernels implements Kernels {
  readonly cost = 1;
  readonly kinds = undefined;
  readonly means: Float64Array;
  readonly sigmas: Float64Array;
  readonly greatestLogDensity: number;
  readonly #distribution: NumericDistribution;
  /** 1 / (σ √2): the exponent subtracts the square of a distance scaled by it. */
  readonly #scales: Float64Array;
  readonly #constants: Float64Array;

  constructor(distribution: NumericDistribution, observations: Observations) {
    const { means, sigmas } = normalKernels(distribution, observations);
    const { rows, normalizers, scratch } = observations;
    const count = rows.length;
    this.#distribution = distribution;
    this.means = means;
    this.sigmas = sigmas;
    const scales = scratch.floats(count + 1);
    const constants = scratch.floats(count + 1);
    normalizers.prepare(distribution, count === 0 ? 0 : (rows[count - 1] as number) + 1);
    for (let k = 0; k <= count; k++) {
      const mean = means[k] as number;
      const sigma = sigmas[k] as number;
      scales[k] = Math.SQRT1_2 / sigma;
      constants[k] = k < count ? normalizers.of(rows[k] as number, mean, sigma) : normalizers.compute(mean, sigma);
    }
    this.#scales = scales;
    this.#constants = constants;
    this.greatestLogDensity = greatestOf(this.#constants);
  }

  sample(rng: Rng, components: Uint32Array): Float64Array {
    return sampleNormals(this.#distribution, this, rng, components);
  }

  addLogDensities(value: number, components: Uint32Array, sums: Float64Array, count: number): void {
    const place = this.#distribution.toRange(value);
    const means = this.means;
    const scales = this.#scales;
    const constants = this.#constants;
    for (let i = 0; i < count; i++) {
      const k = components[i] as number;
      const distance = (place - (means[k] as number)) * (scales[k] as number);
      sums[i] = (sums[i] as number) + (constants[k] as number) - distance * distance;
    }
  }
}
