import { normalCdf } from '../../src/math/special-functions.ts';

/**
 * The probability that two samples of one distribution differ in rank by at least this much: the two-sided Mann-Whitney
 * test by its normal approximation, with the corrections for ties and continuity. Good from about eight in each sample.
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): number {
  const all = [...a.map((value) => ({ value, own: 1 })), ...b.map((value) => ({ value, own: 0 }))];
  all.sort((one, other) => one.value - other.value);
  let rankSum = 0;
  let ties = 0;
  for (let from = 0; from < all.length; ) {
    let to = from;
    while (to < all.length && all[to]?.value === all[from]?.value) to++;
    const count = to - from;
    ties += count ** 3 - count;
    for (const { own } of all.slice(from, to)) rankSum += (own * (from + 1 + to)) / 2;
    from = to;
  }
  const total = all.length;
  const u = rankSum - (a.length * (a.length + 1)) / 2;
  const distance = Math.max(Math.abs(u - (a.length * b.length) / 2) - 0.5, 0);
  const variance = ((a.length * b.length) / 12) * (total + 1 - ties / (total * (total - 1)));
  return variance === 0 ? 1 : 2 * normalCdf(-distance / Math.sqrt(variance));
}
