/** The distribution of numbers over buckets of equal width. */
export interface Histogram {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  readonly sum: number;
  readonly squares: number;
  /** The count of each bucket, from `low` to `high`; equal numbers are all in the first. */
  readonly counts: readonly number[];
}

/** The number of buckets. */
export const BUCKETS = 30;

/** The distribution of the finite ones among numbers; undefined where there are none. */
export function histogramOf(numbers: ArrayLike<number>): Histogram | undefined {
  let [low, high, count, sum, squares] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0, 0];
  for (let at = 0; at < numbers.length; at++) {
    const number = numbers[at] as number;
    if (!Number.isFinite(number)) continue;
    low = Math.min(low, number);
    high = Math.max(high, number);
    count++;
    sum += number;
    squares += number * number;
  }
  if (count === 0) return undefined;
  const counts = new Array<number>(BUCKETS).fill(0);
  const width = (high - low) / BUCKETS;
  for (let at = 0; at < numbers.length; at++) {
    const number = numbers[at] as number;
    if (!Number.isFinite(number)) continue;
    const bucket = width > 0 ? Math.min(Math.floor((number - low) / width), BUCKETS - 1) : 0;
    counts[bucket] = (counts[bucket] as number) + 1;
  }
  return { low, high, count, sum, squares, counts };
}
