/**
 * The orthogonal factor Q of a square matrix A = Q R, by Householder's reflections with LAPACK's signs. A singular
 * matrix has one, too.
 *
 * @param columns the columns of A, each `size` numbers; they are overwritten.
 * @returns the columns of Q.
 */
export function orthogonalFactor(columns: readonly Float64Array[]): Float64Array[] {
  const size = columns.length;
  const reflections: { readonly vector: Float64Array; readonly scale: number }[] = [];
  for (let k = 0; k < size; k++) {
    const column = columns[k] as Float64Array;
    const { vector, scale } = reflectionOf(column, k);
    for (let j = k; j < size; j++) reflect(columns[j] as Float64Array, vector, scale, k);
    reflections.push({ vector, scale });
  }
  return Array.from({ length: size }, (_, j) => {
    const unit = new Float64Array(size);
    unit[j] = 1;
    for (let k = size - 1; k >= 0; k--) {
      const { vector, scale } = reflections[k] as (typeof reflections)[number];
      reflect(unit, vector, scale, k);
    }
    return unit;
  });
}

/** The reflection I − scale · v vᵀ that turns a column's part from row `from` on into a multiple of the first unit. */
function reflectionOf(column: Float64Array, from: number): { readonly vector: Float64Array; readonly scale: number } {
  const vector = column.slice();
  const first = column[from] as number;
  const below = Math.hypot(...column.subarray(from + 1));
  if (below === 0) return { vector, scale: 0 };
  const turned = first > 0 ? -Math.hypot(first, below) : Math.hypot(first, below);
  for (let i = from + 1; i < vector.length; i++) vector[i] = (vector[i] as number) / (first - turned);
  vector[from] = 1;
  return { vector, scale: (turned - first) / turned };
}

function reflect(column: Float64Array, vector: Float64Array, scale: number, from: number): void {
  if (scale === 0) return;
  let sum = 0;
  for (let i = from; i < column.length; i++) sum += (vector[i] as number) * (column[i] as number);
  for (let i = from; i < column.length; i++) {
    column[i] = (column[i] as number) - scale * sum * (vector[i] as number);
  }
}
