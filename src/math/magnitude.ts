/**
 * The power of two just below the greatest magnitude among finite numbers; 1 where all of them are 0. Numbers divided
 * by it lose no digit, and neither their differences nor the squares of these leave the range of numbers.
 */
export function magnitudeOf(numbers: Iterable<number>): number {
  let greatest = 0;
  for (const number of numbers) greatest = Math.max(greatest, Math.abs(number));
  return greatest === 0 ? 1 : 2 ** Math.min(Math.floor(Math.log2(greatest)), 1023);
}
