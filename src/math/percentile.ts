/**
 * The percentile of values in ascending order, by linear interpolation. NaNs come last and are left out. The result is
 * NaN where nothing is left, or between two infinities, as with NumPy.
 */
export function percentileOf(ascending: readonly number[], percent: number): number {
  let count = ascending.length;
  while (count > 0 && Number.isNaN(ascending[count - 1])) count--;
  if (count === 0) return Number.NaN;
  const place = (percent / 100) * (count - 1);
  const index = Math.floor(place);
  const lower = ascending[index] as number;
  const upper = ascending[Math.min(index + 1, count - 1)] as number;
  const rest = place - index;
  const gap = upper - lower;
  if (!Number.isFinite(gap) && Number.isFinite(lower) && Number.isFinite(upper)) {
    return lower * (1 - rest) + upper * rest; // safe where the difference alone would overflow
  }
  return rest >= 0.5 ? upper - gap * (1 - rest) : lower + gap * rest;
}
