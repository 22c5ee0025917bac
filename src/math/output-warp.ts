import { ascendingOrder } from './ascending-order.ts';
import { magnitudeOf } from './magnitude.ts';
import { inverseLogNormalCdf } from './special-functions.ts';

/** Losses as the model takes them: mean 0 and deviation 1, in the same order. */
export type OutputWarp = (losses: Float64Array) => Float64Array;

/** The number of distances from median to best beyond which a loss is cut. */
const LONGEST_TAIL = 3;

/**
 * The losses as they are, those far above the median cut off: none is further from it than three times the best one is.
 * Where half of them equal the best, {@link halfRankWarp}.
 *
 * @param losses finite, at least one.
 */
export const linearWarp: OutputWarp = (losses) => {
  const { scaled, best, median } = summaryOf(losses);
  if (median === best) return halfRankWarp(losses);
  const most = median + LONGEST_TAIL * (median - best);
  return standardized(scaled.map((loss) => Math.min(loss, most)));
};

/**
 * The half-rank warp of Google Vizier (Song et al. 2024, "The Vizier Gaussian Process Bandit Algorithm"): the better
 * half as it is; the worse half as far above the median as its ranks among normal draws would be whose lower half has
 * the better half's deviation. However bad a diverged loss is, it tells no more than its rank.
 *
 * @param losses finite, at least one.
 */
export const halfRankWarp: OutputWarp = (losses) => {
  const { scaled, order, median } = summaryOf(losses);
  const count = scaled.length;
  const below = scaled.filter((loss) => loss <= median).map((loss) => loss - median);
  const deviation = rootMeanSquare(below) || (scaled[order[count - 1] as number] as number) - median || 1;
  const ranks = meanRanks(scaled, order);
  return standardized(
    scaled.map((loss, i) => {
      if (loss <= median) return loss;
      const share = Math.min(0.5 + ((ranks[i] as number) + 0.5 - count / 2) / count, 1 - 0.5 / count);
      return median + deviation * inverseLogNormalCdf(Math.log(share));
    }),
  );
};

function summaryOf(losses: Float64Array) {
  const scale = magnitudeOf(losses); // so that squares stay in the range of numbers
  const scaled = losses.map((loss) => loss / scale);
  const order = ascendingOrder(scaled);
  const median = scaled[order[(scaled.length - 1) >>> 1] as number] as number;
  return { scaled, order, median, best: scaled[order[0] as number] as number };
}

function standardized(numbers: Float64Array): Float64Array {
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const centred = numbers.map((number) => number - mean);
  const deviation = rootMeanSquare(centred) || 1;
  return centred.map((number) => number / deviation);
}

/** Of numbers of any size: their squares are taken in proportion to the greatest. */
function rootMeanSquare(numbers: Float64Array): number {
  const greatest = numbers.reduce((most, number) => Math.max(most, Math.abs(number)), 0);
  if (greatest === 0) return 0;
  return greatest * Math.sqrt(numbers.reduce((sum, number) => sum + (number / greatest) ** 2, 0) / numbers.length);
}

/** The rank of each number from 0; equal numbers have the mean of theirs. */
function meanRanks(numbers: Float64Array, order: Uint32Array): Float64Array {
  const ranks = new Float64Array(numbers.length);
  for (let from = 0; from < order.length; ) {
    const value = numbers[order[from] as number];
    let to = from;
    while (to < order.length && numbers[order[to] as number] === value) to++;
    for (let i = from; i < to; i++) ranks[order[i] as number] = (from + to - 1) / 2;
    from = to;
  }
  return ranks;
}
