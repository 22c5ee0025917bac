/** The eigenvalues of a symmetric matrix, ascending, and its eigenvectors: unit vectors, orthogonal to each other. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  /** The vector of each value. */
  readonly vectors: readonly Float64Array[];
}

/** The most rounds over all pairs of rows; about ten are enough for a thousand rows. */
const MOST_SWEEPS = 60;

/**
 * The eigenvalues and eigenvectors of a symmetric matrix by Jacobi's rotations (Golub and Van Loan 2013, 8.5), accurate
 * to rounding relative to the greatest entry. The sign of a vector, and the vectors of equal values, are arbitrary.
 *
 * @param matrix `size` rows of `size` finite numbers, one behind the other.
 */
export function symmetricEigen(matrix: Float64Array, size: number): SymmetricEigen {
  const a = Array.from({ length: size }, (_, i) => matrix.slice(i * size, (i + 1) * size));
  const v = Array.from({ length: size }, (_, i) => Float64Array.from({ length: size }, (_, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let rotations = 0;
    for (let p = 0; p < size - 1; p++) for (let q = p + 1; q < size; q++) rotations += rotate(a, v, p, q);
    if (rotations === 0) break;
  }
  const order = a.map((_, i) => i).sort((i, j) => at(a, i, i) - at(a, j, j));
  return {
    values: Float64Array.from(order, (i) => at(a, i, i)),
    vectors: order.map((i) => v[i] as Float64Array), // the rows of v are the columns of the rotation
  };
}

function at(rows: readonly Float64Array[], i: number, j: number): number {
  return (rows[i] as Float64Array)[j] as number;
}

/** Turns the entry (p, q) into 0. @returns 1; 0 where it is nothing beside the diagonal already. */
function rotate(a: readonly Float64Array[], v: readonly Float64Array[], p: number, q: number): 0 | 1 {
  const entry = at(a, p, q);
  const [first, second] = [at(a, p, p), at(a, q, q)];
  if (Math.abs(entry) <= 0.25 * Number.EPSILON * Math.sqrt(Math.abs(first)) * Math.sqrt(Math.abs(second))) {
    (a[p] as Float64Array)[q] = 0;
    (a[q] as Float64Array)[p] = 0;
    return 0;
  }
  const theta = (second - first) / (2 * entry);
  const t = Math.abs(theta) > 1e150 ? 0.5 / theta : Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(1, theta));
  const c = 1 / Math.hypot(1, t);
  const s = t * c;
  const [rowP, rowQ] = [a[p] as Float64Array, a[q] as Float64Array];
  for (let k = 0; k < a.length; k++) {
    if (k === p || k === q) continue;
    const [x, y] = [rowP[k] as number, rowQ[k] as number];
    const [turnedX, turnedY] = [c * x - s * y, s * x + c * y];
    rowP[k] = turnedX;
    rowQ[k] = turnedY;
    (a[k] as Float64Array)[p] = turnedX;
    (a[k] as Float64Array)[q] = turnedY;
  }
  rowP[p] = first - t * entry;
  rowQ[q] = second + t * entry;
  rowP[q] = 0;
  rowQ[p] = 0;
  const [vectorP, vectorQ] = [v[p] as Float64Array, v[q] as Float64Array];
  for (let k = 0; k < vectorP.length; k++) {
    const [x, y] = [vectorP[k] as number, vectorQ[k] as number];
    vectorP[k] = c * x - s * y;
    vectorQ[k] = s * x + c * y;
  }
  return 1;
}
