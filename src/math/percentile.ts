/**
 * The percentile of values in ascending order, NaN last and left out, by linear interpolation; NaN where nothing is
 * left, or between two equal infinities, as with NumPy.
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
    return lower * (1 - rest) + upper * rest; // only their difference is beyond the range of numbers
  }
  return rest >= 0.5 ? upper - gap * (1 - rest) : lower + gap * rest;
}
