import type { Rng } from '../../base/rng.ts';
import { truncatedQuantile } from '../../math/truncated-normal.ts';
import type { NumericDistribution } from '../../space/numeric-distribution.ts';
import type { NormalKernels } from './bandwidth.ts';

/** Draws one value from each of the kernels that `components` names, within the range and on a step. */
export function sampleNormals(
  distribution: NumericDistribution,
  { means, sigmas }: NormalKernels,
  rng: Rng,
  components: Uint32Array,
): Float64Array {
  const { rangeLow, rangeHigh } = distribution;
  const values = new Float64Array(components.length);
  for (let i = 0; i < values.length; i++) {
    const k = components[i] as number;
    const mean = means[k] as number;
    const sigma = sigmas[k] as number;
    const place = truncatedQuantile(rng.uniform(), (rangeLow - mean) / sigma, (rangeHigh - mean) / sigma);
    values[i] = distribution.fromRange(place * sigma + mean);
  }
  return values;
}
