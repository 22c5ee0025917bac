import { normalCdf } from './special-functions.ts';

// As SciPy decides it: exact where that is cheap, else by the normal distribution.
const MOST_EXACT = 50;
const MOST_EXACT_WITH_TIES = 13;

/**
 * The one-sided p-value of Wilcoxon's signed-rank test: the probability, if the differences were symmetrical around 0,
 * of a rank sum of positive ones that is at least the given one. The rank sum of zeros counts half as positive
 * ("zsplit"). The same as SciPy's `wilcoxon(differences, alternative='greater', zero_method='zsplit')`: exact up to 50
 * differences without zeros and equal sizes, up to 13 with such, and by the normal distribution with ties corrected,
 * without continuity correction, beyond.
 *
 * @param differences at least one, all finite.
 */
export function signedRankPValue(differences: readonly number[]): number {
  const { ranks, tieSizes } = averageRanks(differences.map(Math.abs));
  const count = differences.length;
  const zeroCount = differences.filter((difference) => difference === 0).length;
  const hasTies = tieSizes.some((size) => size > 1) || zeroCount > 0;
  let positive = 0;
  for (const [at, difference] of differences.entries()) {
    const rank = ranks[at] as number;
    positive += difference > 0 ? rank : difference === 0 ? rank / 2 : 0;
  }
  if (count <= (hasTies ? MOST_EXACT_WITH_TIES : MOST_EXACT)) return exactPValue(differences, ranks);
  const mean = (count * (count + 1)) / 4;
  const ties = tieSizes.reduce((sum, size) => sum + size ** 3 - size, 0);
  const deviation = Math.sqrt((count * (count + 1) * (2 * count + 1) - ties / 2) / 24);
  return normalCdf(-(positive - mean) / deviation);
}

/** The share of the sign patterns whose positive rank sum is at least the given one. Zeros count for all alike. */
function exactPValue(differences: readonly number[], ranks: readonly number[]): number {
  // Averages of ranks are halves at most, so that sums of doubled ranks are whole.
  const doubled: number[] = [];
  let observed = 0;
  for (const [at, difference] of differences.entries()) {
    const rank = 2 * (ranks[at] as number);
    if (difference !== 0) doubled.push(rank);
    if (difference > 0) observed += rank;
  }
  const most = doubled.reduce((sum, rank) => sum + rank, 0);
  const counts = new Float64Array(most + 1); // the number of patterns by their sum: at most 2^50, so exact
  counts[0] = 1;
  for (const rank of doubled) {
    for (let sum = most; sum >= rank; sum--) counts[sum] = (counts[sum] as number) + (counts[sum - rank] as number);
  }
  let above = 0;
  for (let sum = observed; sum <= most; sum++) above += counts[sum] as number;
  return above / 2 ** doubled.length;
}

/** Ranks from 1 on, equal numbers sharing the average of theirs, and how many numbers share each. */
function averageRanks(numbers: readonly number[]): { ranks: readonly number[]; tieSizes: readonly number[] } {
  const order = numbers.map((_, at) => at).sort((a, b) => (numbers[a] as number) - (numbers[b] as number));
  const ranks = new Array<number>(numbers.length);
  const tieSizes: number[] = [];
  for (let first = 0; first < order.length; ) {
    let end = first + 1;
    while (end < order.length && numbers[order[end] as number] === numbers[order[first] as number]) end++;
    for (let place = first; place < end; place++) ranks[order[place] as number] = (first + 1 + end) / 2;
    tieSizes.push(end - first);
    first = end;
  }
  return { ranks, tieSizes };
}
