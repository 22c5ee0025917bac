/** A pivot below this share of the greatest entry is lost to rounding: the matrix counts as singular. */
const SMALLEST_PIVOT = 1e-14;

/**
 * Solves A x = b by elimination with the greatest pivot of each column.
 * @param rows the rows of A, as many as each is long.
 * @returns x; undefined where A is singular in numbers of this precision, or not finite.
 */
export function solveLinear(rows: readonly Float64Array[], b: Float64Array): Float64Array | undefined {
  const size = b.length;
  const matrix: Float64Array[] = rows.map((row, i) => Float64Array.from([...row, b[i] as number]));
  const entry = (i: number, j: number) => (matrix[i] as Float64Array)[j] as number;
  const greatest = Math.max(...rows.map((row) => Math.max(...row.map(Math.abs))));
  if (!Number.isFinite(greatest)) return undefined;
  for (let k = 0; k < size; k++) {
    let pivot = k;
    for (let i = k + 1; i < size; i++) if (Math.abs(entry(i, k)) > Math.abs(entry(pivot, k))) pivot = i;
    if (!(Math.abs(entry(pivot, k)) > SMALLEST_PIVOT * size * greatest)) return undefined;
    [matrix[k], matrix[pivot]] = [matrix[pivot] as Float64Array, matrix[k] as Float64Array];
    for (let i = k + 1; i < size; i++) {
      const factor = entry(i, k) / entry(k, k);
      const row = matrix[i] as Float64Array;
      for (let j = k; j <= size; j++) row[j] = (row[j] as number) - factor * entry(k, j);
    }
  }
  const x = new Float64Array(size);
  for (let i = size - 1; i >= 0; i--) {
    let rest = entry(i, size);
    for (let j = i + 1; j < size; j++) rest -= entry(i, j) * (x[j] as number);
    x[i] = rest / entry(i, i);
  }
  return x;
}
