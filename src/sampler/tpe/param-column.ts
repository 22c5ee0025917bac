import { isCategorical } from '../../space/categorical-distribution.ts';
import { incompatibility } from '../../space/compatibility.ts';
import type { Distribution } from '../../space/distribution.ts';
import { isNumeric } from '../../space/numeric-distribution.ts';
import type { Observations } from './kernels.ts';

/**
 * What the trials of a study took for one parameter, by the row of the trial, with the rows kept in the order of the
 * values while trials come and go.
 */
export class ParamColumn {
  readonly #distribution: Distribution;
  #values = new Float64Array(64).fill(Number.NaN);
  #ascending = new Uint32Array(64);
  #count = 0;

  constructor(distribution: Distribution) {
    this.#distribution = distribution;
  }

  /** Whether the column serves for `distribution` too: bounds and step do not matter to it. */
  serves(distribution: Distribution): boolean {
    return incompatibility(this.#distribution, distribution) === undefined;
  }

  /** Moves those of `rows` that have the parameter to the front, in their order, and returns how many they are. */
  keepPresent(rows: Uint32Array): number {
    let kept = 0;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      if (!Number.isNaN(this.#at(row))) rows[kept++] = row;
    }
    return kept;
  }

  /** Takes what a trial has for the parameter; what the distribution cannot stand for counts as nothing. */
  set(row: number, param: unknown): void {
    const value = this.#place(param);
    const former = this.#at(row);
    if (Object.is(value, former)) return;
    if (!Number.isNaN(former)) {
      const at = this.#position(former, row);
      this.#ascending.copyWithin(at, at + 1, this.#count--);
    }
    this.#reserve(row);
    this.#values[row] = value;
    if (!Number.isNaN(value)) {
      const at = this.#position(value, row);
      this.#ascending.copyWithin(at + 1, at, this.#count++);
      this.#ascending[at] = row;
    }
  }

  /**
   * The observations of `rows`, all of which have the parameter.
   * @param indexOfRow for each row of the study its index in `rows`, or -1.
   */
  observations(rows: Uint32Array, indexOfRow: Int32Array): Observations {
    const allValues = this.#values;
    const allAscending = this.#ascending;
    const values = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) values[i] = allValues[rows[i] as number] as number;
    const ascending = new Uint32Array(rows.length);
    for (let i = 0, found = 0; i < this.#count; i++) {
      const index = indexOfRow[allAscending[i] as number] as number;
      if (index >= 0) ascending[found++] = index;
    }
    return { values, ascending };
  }

  #at(row: number): number {
    return this.#values[row] ?? Number.NaN;
  }

  #place(param: unknown): number {
    const distribution = this.#distribution;
    if (isCategorical(distribution)) {
      const index = distribution.indexOf(param);
      return index < 0 ? Number.NaN : index;
    }
    const place = isNumeric(distribution) && typeof param === 'number' ? distribution.toRange(param) : Number.NaN;
    return Number.isFinite(place) ? place : Number.NaN;
  }

  /** Where a row with this value stands, or would stand, among the rows in the order of their values. */
  #position(value: number, row: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#ascending[middle] as number;
      const otherValue = this.#values[other] as number;
      if (otherValue < value || (otherValue === value && other < row)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #reserve(row: number): void {
    const length = this.#values.length;
    if (row < length) return;
    const longer = Math.max(2 * length, row + 1);
    const [values, ascending] = [new Float64Array(longer).fill(Number.NaN, length), new Uint32Array(longer)];
    values.set(this.#values);
    ascending.set(this.#ascending);
    this.#values = values;
    this.#ascending = ascending;
  }
}
