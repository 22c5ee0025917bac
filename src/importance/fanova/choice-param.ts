import type { CategoricalDistribution } from '../../space/categorical-distribution.ts';
import type { EncodedParam } from './encoded-param.ts';
import type { LeafBoxes } from './leaf-boxes.ts';

/**
 * The boxes with one demand on the parameter's columns: 0 in some columns and 1 in others, a bit for each column in
 * words of 32.
 */
interface Demand {
  readonly zeros: Int32Array;
  readonly ones: Int32Array;
  /** The sum over the boxes of their values, each by the volume that its box has in the other columns. */
  sum: number;
}

/**
 * A categorical parameter with a column for each choice: 1 where it was taken and 0 elsewhere. As in Optuna each
 * combination of zeros and ones counts the same in the marginal, those that no trial can have included.
 */
export class ChoiceParam implements EncodedParam {
  readonly columnCount: number;

  constructor({ choices }: CategoricalDistribution) {
    this.columnCount = choices.length;
  }

  columnsOf(internals: Float64Array): readonly Float64Array[] {
    return Array.from({ length: this.columnCount }, (_, choice) => internals.map((value) => Number(value === choice)));
  }

  /**
   * The marginal at a combination is a sum over the boxes that contain it. With mean 0 its variance is the sum over all
   * pairs of boxes of the share of combinations that both contain. Listing the combinations would take 2^choices steps.
   */
  marginalVariance(boxes: LeafBoxes, start: number): number {
    const demands = demandsOf(boxes, start, this.columnCount);
    let variance = 0;
    for (const [at, a] of demands.entries()) {
      variance += a.sum ** 2 * sharedPart(a, a);
      for (let other = at + 1; other < demands.length; other++) {
        const b = demands[other] as Demand;
        variance += 2 * a.sum * b.sum * sharedPart(a, b);
      }
    }
    return Math.max(0, variance); // may be negative by rounding
  }
}

function demandsOf(
  { values, volumes, lows, highs, columnCount }: LeafBoxes,
  start: number,
  count: number,
): readonly Demand[] {
  const demands = new Map<string, Demand>();
  const words = Math.ceil(count / 32);
  const zeros = new Int32Array(words);
  const ones = new Int32Array(words);
  for (let leaf = 0; leaf < values.length; leaf++) {
    zeros.fill(0);
    ones.fill(0);
    let width = 1;
    for (let at = 0; at < count; at++) {
      const column = leaf * columnCount + start + at;
      const isOne = (lows[column] as number) > 0;
      const isZero = (highs[column] as number) < 1;
      if (!isOne && !isZero) continue;
      const bits = isOne ? ones : zeros;
      bits[at >>> 5] = (bits[at >>> 5] as number) | (1 << at);
      width *= 0.5;
    }
    const key = words === 1 ? `${zeros[0]} ${ones[0]}` : `${zeros} ${ones}`;
    const part = ((values[leaf] as number) * (volumes[leaf] as number)) / width;
    const demand = demands.get(key);
    if (demand === undefined) demands.set(key, { zeros: zeros.slice(), ones: ones.slice(), sum: part });
    else demand.sum += part;
  }
  return [...demands.values()];
}

/** The share of all combinations that meets both demands. */
function sharedPart(a: Demand, b: Demand): number {
  let demanded = 0;
  for (let word = 0; word < a.zeros.length; word++) {
    const zeros = (a.zeros[word] as number) | (b.zeros[word] as number);
    const ones = (a.ones[word] as number) | (b.ones[word] as number);
    if ((zeros & ones) !== 0) return 0;
    demanded += bitCount(zeros | ones);
  }
  return 2 ** -demanded;
}

function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
