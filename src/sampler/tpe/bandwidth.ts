import type { NumericDistribution } from '../../space/numeric-distribution.ts';
import type { Observations } from './kernels.ts';

/** The normal kernels of one numeric parameter in its sampling range, the prior last. */
export interface NormalKernels {
  readonly means: Float64Array;
  readonly sigmas: Float64Array;
}

/**
 * Places a normal kernel on each observation and a wide one, the prior, on the middle of the range.
 *
 * An observation's sigma is the wider of the gaps to its neighbours (Bergstra et al. 2011); the ends of the range are
 * neighbours only to a single observation. It is kept between range / min(100, N + 2) and the range. So an observation
 * among equal ones is narrow, and the outermost of them reach to the next value. Optuna's rule for one parameter and
 * for several alike.
 */
export function normalKernels(distribution: NumericDistribution, observations: Observations): NormalKernels {
  const { rangeLow, rangeHigh } = distribution;
  const { values, ascending, scratch } = observations;
  const range = rangeHigh - rangeLow;
  const count = values.length;
  const least = range / Math.min(100, count + 2);
  const means = scratch.floats(count + 1);
  const sigmas = scratch.floats(count + 1);
  means.set(values);
  means[count] = 0.5 * (rangeLow + rangeHigh);
  sigmas[count] = range;
  const ends = count < 2;
  for (let i = 0; i < count; i++) {
    const at = ascending[i] as number;
    const mean = values[at] as number;
    const left = i > 0 ? mean - (values[ascending[i - 1] as number] as number) : ends ? mean - rangeLow : 0;
    const right = i < count - 1 ? (values[ascending[i + 1] as number] as number) - mean : ends ? rangeHigh - mean : 0;
    sigmas[at] = Math.min(Math.max(left, right, least), range);
  }
  return { means, sigmas };
}
