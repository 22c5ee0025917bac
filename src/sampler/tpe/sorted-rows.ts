import { ascendingOrder } from '../../math/ascending-order.ts';

/** The most changes between two looks at the order that are made in it one by one; after more it is made anew. */
const FEW = 16;

/**
 * A number for each of some rows, and these rows in the order of their numbers; of equal ones the smaller row first.
 */
export class SortedRows {
  /** The numbers by row; NaN where there is none. */
  #numbers = new Float64Array(64).fill(Number.NaN);
  #ascending = new Uint32Array(64);
  #count = 0;
  /** The changes since the last look at the order, which is out of date after more than {@link FEW}. */
  #changes = 0;

  /** The number of rows that have a number. */
  get count(): number {
    return this.#count;
  }

  /** The numbers by row, NaN where there is none; valid until the next change. */
  get numbers(): Float64Array {
    return this.#numbers;
  }

  /** The rows from the smallest number to the greatest; valid until the next change. */
  get ascending(): Uint32Array {
    if (this.#changes > FEW) this.#ascending.set(ascendingOrder(this.#numbers));
    this.#changes = 0;
    return this.#ascending.subarray(0, this.#count);
  }

  /** Gives a row a number; NaN takes it away. */
  set(row: number, number: number): void {
    const former = this.#numbers[row] ?? Number.NaN;
    if (Object.is(number, former)) return;
    const isOrdered = ++this.#changes <= FEW;
    if (!Number.isNaN(former)) {
      if (isOrdered) {
        const at = this.#position(former, row);
        this.#ascending.copyWithin(at, at + 1, this.#count);
      }
      this.#count--;
    }
    this.#reserve(row);
    this.#numbers[row] = number;
    if (!Number.isNaN(number)) {
      if (isOrdered) {
        const at = this.#position(number, row);
        this.#ascending.copyWithin(at + 1, at, this.#count);
        this.#ascending[at] = row;
      }
      this.#count++;
    }
  }

  /** The place at which a row with this number stands, or would stand. */
  #position(number: number, row: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#ascending[middle] as number;
      const otherNumber = this.#numbers[other] as number;
      if (otherNumber < number || (otherNumber === number && other < row)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #reserve(row: number): void {
    const length = this.#numbers.length;
    if (row < length) return;
    const longer = Math.max(2 * length, row + 1);
    const [numbers, ascending] = [new Float64Array(longer).fill(Number.NaN, length), new Uint32Array(longer)];
    numbers.set(this.#numbers);
    ascending.set(this.#ascending);
    this.#numbers = numbers;
    this.#ascending = ascending;
  }
}
