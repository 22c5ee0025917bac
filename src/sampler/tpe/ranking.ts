import { compareLosses, type Losses } from '../../math/domination.ts';
import type { ObjectiveRules } from './objective-rules.ts';
import type { RankKey } from './rank-key.ts';
import { SortedRows } from './sorted-rows.ts';

/** The rows of the good trials and of the rest, each in the order of their numbers. */
export interface Split {
  readonly below: Uint32Array;
  readonly above: Uint32Array;
}

const FINISHED = 1;
const RUNNING = 2;

/**
 * Separates the good trials of a history from the others (Bergstra et al. 2011): complete ones first, then pruned, then
 * infeasible ones, until there are as many as the rules say. Running trials are never good, so that parallel trials
 * keep away from them (the constant liar). The older of two equal trials is the better one.
 */
export class Ranking {
  readonly #rules: ObjectiveRules;
  /** The keys by row; undefined for trials that do not count. */
  readonly #keys: (RankKey | undefined)[] = [];
  /** Whether each row counts: 0 for one that does not, or {@link FINISHED} or {@link RUNNING}. */
  #marks = new Uint8Array(64);
  readonly #losses: (Losses | undefined)[] = [];
  readonly #firstLosses = new SortedRows();
  readonly #pruned: number[] = [];
  readonly #infeasible: number[] = [];
  #above = new Uint32Array(64);
  #good = new Uint32Array();
  /** Whether no trial has been finished since the good ones were found. */
  #isGoodKnown = false;

  constructor(rules: ObjectiveRules) {
    this.#rules = rules;
  }

  /** Sets a trial's present rank. A finished trial is set once. */
  set(row: number, key: RankKey | undefined): void {
    this.#keys[row] = key;
    this.#mark(row, key);
    if (key === undefined || key.kind === 'running') return;
    this.#isGoodKnown = false;
    if (key.kind === 'complete') {
      this.#losses[row] = key.scores;
      this.#firstLosses.set(row, key.scores[0] as number);
    } else (key.kind === 'pruned' ? this.#pruned : this.#infeasible).push(row);
  }

  /**
   * The good trials, in the same array as long as they stay the same, and the rest, valid until the next call.
   * @param leaveOut whether to leave the running trial of a row out of both.
   */
  split(leaveOut: (row: number) => boolean): Split {
    const below = this.#goodNow();
    if (this.#above.length < this.#keys.length) this.#above = new Uint32Array(2 * this.#keys.length);
    const above = this.#above.subarray(0, this.#keys.length);
    let count = 0;
    const marks = this.#marks;
    for (let row = 0, next = 0; row < above.length; row++) {
      const mark = marks[row] as number;
      if (row === below[next]) next++;
      else if (mark === FINISHED || (mark === RUNNING && !leaveOut(row))) above[count++] = row;
    }
    return { below, above: above.subarray(0, count) };
  }

  #mark(row: number, key: RankKey | undefined): void {
    if (row >= this.#marks.length) {
      const longer = new Uint8Array(2 * row);
      longer.set(this.#marks);
      this.#marks = longer;
    }
    this.#marks[row] = key === undefined ? 0 : key.kind === 'running' ? RUNNING : FINISHED;
  }

  #goodNow(): Uint32Array {
    if (!this.#isGoodKnown) {
      const found = this.#goodRows();
      const isSame = found.length === this.#good.length && found.every((row, at) => row === this.#good[at]);
      if (!isSame) this.#good = found;
      this.#isGoodKnown = true;
    }
    return this.#good;
  }

  #goodRows(): Uint32Array<ArrayBuffer> {
    const byFirstLoss = this.#firstLosses.ascending;
    const count = this.#rules.belowCount(byFirstLoss.length + this.#pruned.length + this.#infeasible.length);
    if (byFirstLoss.length > count) {
      return Uint32Array.from(this.#rules.best({ losses: this.#losses, byFirstLoss }, count)).sort();
    }
    const others = [this.#pruned, this.#infeasible].flatMap((rows) => rows.toSorted((a, b) => this.#compare(a, b)));
    return Uint32Array.from([...byFirstLoss, ...others].slice(0, count)).sort();
  }

  #compare(a: number, b: number): number {
    const scores = (row: number) => (this.#keys[row] as RankKey).scores;
    return compareLosses(scores(a), scores(b)) || a - b;
  }
}
