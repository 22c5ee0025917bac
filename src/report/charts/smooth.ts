/** A point of the unit square and the value there. */
export interface Sample {
  readonly x: number;
  readonly y: number;
  readonly value: number;
}

/** The number of bandwidths within which a cell must have a sample. */
const REACH = 2;

/**
 * The mean of the samples near each cell of a grid over the unit square, weighted by a Gaussian of their distance
 * (Nadaraya and Watson, 1964), its bandwidth by Scott's rule for two dimensions. NaN where no sample is near, so that
 * no value is invented.
 *
 * @returns row by row, the least y first.
 */
export function smooth(samples: readonly Sample[], columns: number, rows: number): Float64Array {
  const bandwidth = Math.max(0.3 * samples.length ** (-1 / 6), 1 / columns);
  const cells = new Float64Array(columns * rows).fill(Number.NaN);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [x, y] = [(column + 0.5) / columns, (row + 0.5) / rows];
      let [sum, weights, nearest] = [0, 0, Infinity];
      for (const sample of samples) {
        const distance = ((sample.x - x) ** 2 + (sample.y - y) ** 2) / bandwidth ** 2;
        if (distance > 16) continue;
        const weight = Math.exp(-4 * distance);
        weights += weight;
        sum += weight * sample.value;
        if (distance < nearest) nearest = distance;
      }
      if (nearest <= (REACH / 2) ** 2) cells[row * columns + column] = sum / weights;
    }
  }
  return cells;
}
