import { symmetricEigen } from '../../math/symmetric-eigen.ts';

/** The share of solutions that are promising. */
const PROMISING = 0.1;
/** α: the deviation about each of them. */
const DEVIATION = 0.1;

/** A point in the unit cube and its loss. */
export interface Solution {
  readonly point: Float64Array;
  readonly loss: number;
}

/**
 * The normal distribution that CMA-ES begins with to search about the best tenth of another task's solutions (Nomura et
 * al. 2021, arXiv 2012.06932; `get_warm_start_mgd` of the library `cmaes`).
 *
 * @param solutions at least one, all of the same dimension; of fewer than 20 the best one counts alone.
 */
export function warmStart(solutions: readonly Solution[]): {
  readonly mean: Float64Array;
  readonly sigma: number;
  readonly covariance: Float64Array;
} {
  const count = Math.max(1, Math.floor(solutions.length * PROMISING));
  const best = solutions
    .toSorted((a, b) => (a.loss === b.loss ? 0 : a.loss < b.loss ? -1 : 1))
    .slice(0, count)
    .map(({ point }) => point);
  const size = best[0]?.length ?? 0;
  const mean = Float64Array.from(
    { length: size },
    (_, i) => best.reduce((sum, x) => sum + (x[i] as number), 0) / count,
  );
  const matrix = Float64Array.from({ length: size * size }, (_, at) => {
    const [i, j] = [Math.floor(at / size), at % size];
    const product = best.reduce((sum, x) => sum + (x[i] as number) * (x[j] as number), 0) / count;
    return (i === j ? DEVIATION ** 2 : 0) + product - (mean[i] as number) * (mean[j] as number);
  });
  // σ² is the geometric mean of the variances along the axes, so that the determinant of C is 1.
  const logs = symmetricEigen(matrix, size).values.reduce((sum, value) => sum + Math.log(value), 0);
  const variance = Math.exp(logs / size);
  return { mean, sigma: Math.sqrt(variance), covariance: matrix.map((c) => c / variance) };
}
