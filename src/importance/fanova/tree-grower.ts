import type { Rng } from '../../rng.ts';
import type { TreeNode } from './regression-tree.ts';

/** Where a node is split: its first `count` rows in the order of the column go left. */
interface Cut {
  readonly column: number;
  readonly threshold: number;
  readonly count: number;
}

/**
 * Grows regression trees (CART: Breiman et al. 1984): each node is split where the squared errors of its halves are
 * least, until the values in it are equal, no column tells its rows apart, or it is too deep. Of columns that split
 * equally well, as all do that tell two rows apart, one is drawn.
 */
export class TreeGrower {
  readonly #columns: readonly Float64Array[];
  /** Less their mean. */
  readonly #values: Float64Array;
  readonly #mean: number;
  /** By column all rows in the order of its numbers. */
  readonly #sorted: readonly Uint32Array[];
  readonly #maxDepth: number;
  readonly #goesLeft: Uint8Array;
  readonly #held: Uint32Array;

  /**
   * @param columns at least one, each with a number for each row.
   * @param values what the tree is to predict of each row.
   */
  constructor(columns: readonly Float64Array[], values: Float64Array, maxDepth: number) {
    this.#columns = columns;
    this.#mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    this.#values = values.map((value) => value - this.#mean);
    this.#sorted = columns.map((numbers) =>
      Uint32Array.from(numbers.keys()).sort((a, b) => (numbers[a] as number) - (numbers[b] as number)),
    );
    this.#maxDepth = maxDepth;
    this.#goesLeft = new Uint8Array(values.length);
    this.#held = new Uint32Array(values.length);
  }

  /** @param weights how often each row counts; at least one does. */
  grow(weights: Uint32Array, rng: Rng): TreeNode {
    const orders = this.#sorted.map((order) => order.filter((row) => weights[row] !== 0));
    const grow = (start: number, end: number, depth: number): TreeNode => {
      const rows = (orders[0] as Uint32Array).subarray(start, end);
      const cut = depth < this.#maxDepth && this.#differ(rows) ? this.#bestCut(orders, start, end, weights, rng) : null;
      if (cut === null) return { value: this.#meanOf(rows, weights) };
      const { column, threshold, count } = cut;
      this.#divide(orders, start, end, cut);
      const left = grow(start, start + count, depth + 1);
      return { column, threshold, left, right: grow(start + count, end, depth + 1) };
    };
    return grow(0, orders[0]?.length ?? 0, 0);
  }

  #differ(rows: Uint32Array): boolean {
    const first = this.#values[rows[0] as number];
    return rows.some((row) => this.#values[row] !== first);
  }

  #meanOf(rows: Uint32Array, weights: Uint32Array): number {
    let [sum, weight] = [0, 0];
    for (const row of rows) {
      sum += (weights[row] as number) * (this.#values[row] as number);
      weight += weights[row] as number;
    }
    return this.#mean + sum / weight;
  }

  /** Null where every column has the same number in all rows. */
  #bestCut(orders: readonly Uint32Array[], start: number, end: number, weights: Uint32Array, rng: Rng): Cut | null {
    const values = this.#values;
    let [total, totalWeight] = [0, 0];
    for (let i = start; i < end; i++) {
      const row = orders[0]?.[i] as number;
      total += (weights[row] as number) * (values[row] as number);
      totalWeight += weights[row] as number;
    }
    let best: Cut | null = null;
    let [greatest, equals] = [-Infinity, 0];
    for (const [column, order] of orders.entries()) {
      const numbers = this.#columns[column] as Float64Array;
      // The squared errors are least where this sum over both halves is greatest: square of the sum by the weight.
      let [greatestHere, place] = [-Infinity, -1];
      let [sum, weight] = [0, 0];
      let number = numbers[order[start] as number] as number;
      if (number === numbers[order[end - 1] as number]) continue;
      for (let i = start; i < end - 1; i++) {
        const row = order[i] as number;
        const own = weights[row] as number;
        sum += own * (values[row] as number);
        weight += own;
        const next = numbers[order[i + 1] as number] as number;
        if (next === number) continue;
        number = next;
        const rest = total - sum;
        const gain = (sum * sum) / weight + (rest * rest) / (totalWeight - weight);
        if (gain > greatestHere) [greatestHere, place] = [gain, i];
      }
      if (greatestHere < greatest) continue;
      equals = greatestHere === greatest ? equals + 1 : 1;
      if (equals > 1 && rng.integer(equals) > 0) continue;
      greatest = greatestHere;
      const [last, next] = [numbers[order[place] as number] as number, numbers[order[place + 1] as number] as number];
      const middle = last + (next - last) / 2;
      best = { column, threshold: middle < next ? middle : last, count: place + 1 - start };
    }
    return best;
  }

  /** Puts the rows of a node that go left before the others, in each column's order. */
  #divide(orders: readonly Uint32Array[], start: number, end: number, { column, count }: Cut): void {
    const goesLeft = this.#goesLeft;
    const held = this.#held;
    const chosen = orders[column] as Uint32Array;
    for (let i = start; i < end; i++) goesLeft[chosen[i] as number] = Number(i < start + count);
    for (const order of orders) {
      if (order === chosen) continue;
      let [left, right] = [start, 0];
      for (let i = start; i < end; i++) {
        const row = order[i] as number;
        if (goesLeft[row] === 1) order[left++] = row;
        else held[right++] = row;
      }
      order.set(held.subarray(0, right), left);
    }
  }
}
