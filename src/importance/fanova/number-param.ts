import type { NumericDistribution } from '../../space/numeric-distribution.ts';
import type { EncodedParam } from './encoded-param.ts';
import type { LeafBoxes } from './leaf-boxes.ts';

/** A numeric parameter, as its place between the bounds. As in Optuna neither `log` nor steps matter to it. */
export class NumberParam implements EncodedParam {
  readonly columnCount = 1;
  readonly #low: number;
  readonly #width: number;

  constructor({ low, high }: NumericDistribution) {
    this.#low = low;
    this.#width = high - low;
  }

  columnsOf(internals: Float64Array): readonly Float64Array[] {
    return [internals.map((value) => (value - this.#low) / this.#width)];
  }

  /**
   * The marginal is constant between the ends of boxes; a leaf is added where its box begins and removed at its end.
   */
  marginalVariance({ values, volumes, lows, highs, columnCount }: LeafBoxes, start: number): number {
    const ends = Float64Array.from(values, (_, leaf) => highs[leaf * columnCount + start] as number).sort();
    const cuts = ends.filter((end, at) => at === 0 || end !== ends[at - 1]);
    const changes = new Float64Array(cuts.length + 1);
    for (let leaf = 0; leaf < values.length; leaf++) {
      const low = lows[leaf * columnCount + start] as number;
      const high = highs[leaf * columnCount + start] as number;
      const part = ((values[leaf] as number) * (volumes[leaf] as number)) / (high - low);
      const from = low === 0 ? 0 : placeOf(low, cuts) + 1;
      const to = placeOf(high, cuts) + 1;
      changes[from] = (changes[from] as number) + part;
      changes[to] = (changes[to] as number) - part;
    }
    let [variance, marginal, former] = [0, 0, 0];
    for (const [at, cut] of cuts.entries()) {
      marginal += changes[at] as number;
      variance += (cut - former) * marginal ** 2;
      former = cut;
    }
    return variance;
  }
}

function placeOf(sought: number, sorted: Float64Array): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < sought) low = middle + 1;
    else high = middle;
  }
  return low;
}
