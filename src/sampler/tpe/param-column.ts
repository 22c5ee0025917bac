import { isCategorical } from '../../space/categorical-distribution.ts';
import { incompatibility } from '../../space/compatibility.ts';
import type { Distribution } from '../../space/distribution.ts';
import { isNumeric } from '../../space/numeric-distribution.ts';
import type { Observations } from './kernels.ts';
import { Normalizers } from './normalizers.ts';
import { Scratch } from './scratch.ts';
import { SortedRows } from './sorted-rows.ts';

/**
 * The values that the trials of a history took for one parameter, by the row of the trial, with the rows kept in the
 * order of the values while trials come and go.
 */
export class ParamColumn {
  readonly #distribution: Distribution;
  readonly #rows = new SortedRows();
  readonly #normalizers = new Normalizers();

  constructor(distribution: Distribution) {
    this.#distribution = distribution;
  }

  /** Whether the column serves for `distribution` too: bounds and step do not matter to it. */
  serves(distribution: Distribution): boolean {
    return incompatibility(this.#distribution, distribution) === undefined;
  }

  /** Moves the `rows` that have the parameter to the front, in their order, and returns their number. */
  keepPresent(rows: Uint32Array): number {
    const values = this.#rows.numbers;
    let kept = 0;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      if (!Number.isNaN(values[row] ?? Number.NaN)) rows[kept++] = row;
    }
    return kept;
  }

  /** Takes a trial's value of the parameter; a value that no number of the distribution stands for counts as none. */
  set(row: number, param: unknown): void {
    this.#rows.set(row, this.#place(param));
  }

  /**
   * The observations of `rows`, all of which have the parameter.
   * @param indexOfRow the index in `rows` of each row of the table, or -1.
   * @param scratch the memory of the observations, and of whatever is computed from them.
   */
  observations(rows: Uint32Array, indexOfRow: Int32Array, scratch = new Scratch()): Observations {
    const { numbers, ascending: allAscending } = this.#rows;
    const values = scratch.floats(rows.length);
    for (let i = 0; i < rows.length; i++) values[i] = numbers[rows[i] as number] as number;
    const ascending = scratch.integers(rows.length);
    for (let i = 0, found = 0; i < allAscending.length; i++) {
      const index = indexOfRow[allAscending[i] as number] as number;
      if (index >= 0) ascending[found++] = index;
    }
    return { values, ascending, rows, normalizers: this.#normalizers, scratch };
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
}
