/**
 * Cholesky factors L of symmetric positive definite matrices K = L Lᵀ, and what is solved with them. A matrix is a list
 * of its rows, one behind the other; of symmetric and triangular ones only the lower triangle is read and written.
 */

/** A pivot below this share of its diagonal entry is lost to rounding. */
const SMALLEST_PIVOT = 1e-14;

/**
 * Replaces a matrix by its factor. Rows from `first` on may be added to a factor that ends before them.
 *
 * @param matrix `size` rows of `size` numbers.
 * @returns false where the matrix is not positive definite in numbers of this precision; it is spoilt then.
 */
export function factorize(matrix: Float64Array, size: number, first = 0): boolean {
  for (let i = first; i < size; i++) {
    const row = i * size;
    for (let j = 0; j < i; j++) {
      const other = j * size;
      const rest = (matrix[row + j] as number) - dot(matrix, row, matrix, other, j);
      matrix[row + j] = rest / (matrix[other + j] as number);
    }
    const diagonal = matrix[row + i] as number;
    const pivot = diagonal - dot(matrix, row, matrix, row, i);
    if (!(pivot > SMALLEST_PIVOT * Math.max(diagonal, 1))) return false;
    matrix[row + i] = Math.sqrt(pivot);
  }
  return true;
}

/**
 * Solves L x = b for the first `size` rows of a factor: writes x into `out`, which may be b.
 * @param stride the length of the factor's rows; default `size`.
 */
export function solveLower(
  factor: Float64Array,
  size: number,
  b: Float64Array,
  out: Float64Array,
  stride = size,
): Float64Array {
  for (let i = 0; i < size; i++) {
    const row = i * stride;
    out[i] = ((b[i] as number) - dot(factor, row, out, 0, i)) / (factor[row + i] as number);
  }
  return out;
}

/** Solves Lᵀ x = b as {@link solveLower} solves L x = b. */
export function solveUpper(
  factor: Float64Array,
  size: number,
  b: Float64Array,
  out: Float64Array,
  stride = size,
): Float64Array {
  if (out !== b) out.set(b.subarray(0, size));
  for (let i = size - 1; i >= 0; i--) {
    const row = i * stride;
    const x = (out[i] as number) / (factor[row + i] as number);
    out[i] = x;
    for (let k = 0; k < i; k++) out[k] = (out[k] as number) - (factor[row + k] as number) * x;
  }
  return out;
}

/** The number of right-hand sides that {@link solveLowerFour} solves at once. */
export const FOUR = 4;

/**
 * Solves L x = b for four b at once, in half the time of one after the other: `b[4 i + c]` is the i-th number of
 * the c-th, and is replaced by that of x.
 */
export function solveLowerFour(factor: Float64Array, size: number, b: Float64Array): void {
  // Two rows at a time: what is read from memory serves eight sums.
  let i = 0;
  for (; i + 1 < size; i += 2) {
    const [row, next, to] = [i * size, (i + 1) * size, FOUR * i];
    let s0 = b[to] as number;
    let s1 = b[to + 1] as number;
    let s2 = b[to + 2] as number;
    let s3 = b[to + 3] as number;
    let t0 = b[to + 4] as number;
    let t1 = b[to + 5] as number;
    let t2 = b[to + 6] as number;
    let t3 = b[to + 7] as number;
    for (let k = 0, from = 0; k < i; k++, from += FOUR) {
      const l = factor[row + k] as number;
      const m = factor[next + k] as number;
      const x0 = b[from] as number;
      const x1 = b[from + 1] as number;
      const x2 = b[from + 2] as number;
      const x3 = b[from + 3] as number;
      s0 -= l * x0;
      s1 -= l * x1;
      s2 -= l * x2;
      s3 -= l * x3;
      t0 -= m * x0;
      t1 -= m * x1;
      t2 -= m * x2;
      t3 -= m * x3;
    }
    const inverse = 1 / (factor[row + i] as number);
    s0 *= inverse;
    s1 *= inverse;
    s2 *= inverse;
    s3 *= inverse;
    const below = factor[next + i] as number;
    const inverseNext = 1 / (factor[next + i + 1] as number);
    b[to] = s0;
    b[to + 1] = s1;
    b[to + 2] = s2;
    b[to + 3] = s3;
    b[to + 4] = (t0 - below * s0) * inverseNext;
    b[to + 5] = (t1 - below * s1) * inverseNext;
    b[to + 6] = (t2 - below * s2) * inverseNext;
    b[to + 7] = (t3 - below * s3) * inverseNext;
  }
  if (i === size) return;
  const row = i * size;
  for (let c = 0; c < FOUR; c++) {
    let sum = b[FOUR * i + c] as number;
    for (let k = 0; k < i; k++) sum -= (factor[row + k] as number) * (b[FOUR * k + c] as number);
    b[FOUR * i + c] = sum / (factor[row + i] as number);
  }
}

/**
 * The inverse of K by its factor, as a full matrix.
 * @param scratch `size` × `size` numbers to work in, which are overwritten.
 */
export function inverseByFactor(
  factor: Float64Array,
  size: number,
  out: Float64Array,
  scratch: Float64Array,
): Float64Array {
  // Row j of the scratch is column j of L⁻¹, from its diagonal on: both products below then run along rows.
  for (let j = 0; j < size; j++) {
    const column = j * size;
    scratch[column + j] = 1 / (factor[column + j] as number);
    for (let i = j + 1; i < size; i++) {
      const sum = dot(factor, i * size + j, scratch, column + j, i - j);
      scratch[column + i] = -sum / (factor[i * size + i] as number);
    }
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const sum = dot(scratch, i * size + i, scratch, j * size + i, size - i);
      out[i * size + j] = sum;
      out[j * size + i] = sum;
    }
  }
  return out;
}

/** Σ a[aFrom + k] b[bFrom + k] for k below `count`, in four sums that do not wait for each other. */
export function dot(a: Float64Array, aFrom: number, b: Float64Array, bFrom: number, count: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let k = 0;
  for (; k + 3 < count; k += 4) {
    s0 += (a[aFrom + k] as number) * (b[bFrom + k] as number);
    s1 += (a[aFrom + k + 1] as number) * (b[bFrom + k + 1] as number);
    s2 += (a[aFrom + k + 2] as number) * (b[bFrom + k + 2] as number);
    s3 += (a[aFrom + k + 3] as number) * (b[bFrom + k + 3] as number);
  }
  for (; k < count; k++) s0 += (a[aFrom + k] as number) * (b[bFrom + k] as number);
  return s0 + s1 + s2 + s3;
}
