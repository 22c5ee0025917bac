import type { Rng } from '../../base/rng.ts';
import type { TreeNode } from './regression-tree.ts';

/** Where a node is split: the rows before `place` in the order of the column go left. */
interface Cut {
  readonly column: number;
  readonly place: number;
}

/** The data that stay the same while one tree grows. */
interface Growth {
  /** By column the rows that count, in the order of its numbers within each node. */
  readonly orders: readonly Uint32Array[];
  readonly weights: Uint32Array;
  readonly rng: Rng;
}

/** The rows from `start` to before `end` in the order of each of `columns`; in all others they have one number. */
interface GrowingNode {
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  readonly columns: readonly number[];
}

/** Of a node's rows; whether their values differ. */
interface NodeSum {
  readonly sum: number;
  readonly weight: number;
  readonly differs: boolean;
}

/** Gains that differ by less than this part differ by rounding. */
const EQUAL = 1e-13;

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
   * @param values the value of each row, which the tree is to predict.
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
    const whole = { start: 0, end: orders[0]?.length ?? 0, depth: 0, columns: [...orders.keys()] };
    return this.#grow({ orders, weights, rng }, whole);
  }

  #grow(growth: Growth, node: GrowingNode): TreeNode {
    const { start, end, depth } = node;
    const whole = this.#sumOf(growth, node);
    const columns = whole.differs && depth < this.#maxDepth ? this.#tellingApart(growth, node) : [];
    if (columns.length === 0) return { value: this.#mean + whole.sum / whole.weight };
    const cut = this.#bestCut(growth, { start, end, depth, columns }, whole);
    const { column, place } = cut;
    this.#divide(growth.orders, { start, end, depth, columns }, cut);
    const threshold = this.#threshold(column, growth.orders[column] as Uint32Array, place);
    const left = this.#grow(growth, { start, end: place, depth: depth + 1, columns });
    const right = this.#grow(growth, { start: place, end, depth: depth + 1, columns });
    return { column, threshold, left, right };
  }

  #sumOf({ orders, weights }: Growth, { start, end, columns }: GrowingNode): NodeSum {
    const rows = orders[columns[0] as number] as Uint32Array;
    const first = this.#values[rows[start] as number] as number;
    let [sum, weight, differs] = [0, 0, false];
    for (let i = start; i < end; i++) {
      const row = rows[i] as number;
      const value = this.#values[row] as number;
      sum += (weights[row] as number) * value;
      weight += weights[row] as number;
      if (value !== first) differs = true;
    }
    return { sum, weight, differs };
  }

  /** The columns that do not have the same number in all of the node's rows. */
  #tellingApart({ orders }: Growth, { start, end, columns }: GrowingNode): readonly number[] {
    const telling: number[] = [];
    for (const column of columns) {
      const numbers = this.#columns[column] as Float64Array;
      const order = orders[column] as Uint32Array;
      if (numbers[order[start] as number] !== numbers[order[end - 1] as number]) telling.push(column);
    }
    return telling;
  }

  /**
   * The squared errors are least where the sum over both halves of the square of their sum, by their weight, is
   * greatest: the gain.
   */
  #bestCut({ orders, weights, rng }: Growth, { start, end, columns }: GrowingNode, whole: NodeSum): Cut {
    const values = this.#values;
    let [chosen, chosenPlace, greatest, equals] = [-1, -1, -1, 0];
    for (const column of columns) {
      const numbers = this.#columns[column] as Float64Array;
      const order = orders[column] as Uint32Array;
      let [gain, place, sum, weight] = [-1, start, 0, 0];
      let number = numbers[order[start] as number] as number;
      for (let i = start + 1; i < end; i++) {
        const row = order[i - 1] as number;
        const own = weights[row] as number;
        sum += own * (values[row] as number);
        weight += own;
        const next = numbers[order[i] as number] as number;
        if (next === number) continue;
        number = next;
        const rest = whole.sum - sum;
        const reached = (sum * sum) / weight + (rest * rest) / (whole.weight - weight);
        if (reached > gain) {
          gain = reached;
          place = i;
        }
      }
      if (gain < (1 - EQUAL) * greatest) continue;
      equals = gain <= (1 + EQUAL) * greatest ? equals + 1 : 1;
      if (equals > 1 && rng.integer(equals) > 0) continue;
      chosen = column;
      chosenPlace = place;
      greatest = gain;
    }
    return { column: chosen, place: chosenPlace };
  }

  /** Half way between the numbers before and at a place, or the lower one where rounding would make it the upper. */
  #threshold(column: number, order: Uint32Array, place: number): number {
    const numbers = this.#columns[column] as Float64Array;
    const [last, next] = [numbers[order[place - 1] as number] as number, numbers[order[place] as number] as number];
    const middle = last + (next - last) / 2;
    return middle < next ? middle : last;
  }

  /** Puts the rows of a node that go left, those before the cut, first in each column's order. */
  #divide(orders: readonly Uint32Array[], { start, end, columns }: GrowingNode, { column, place }: Cut): void {
    const goesLeft = this.#goesLeft;
    const held = this.#held;
    const chosen = orders[column] as Uint32Array;
    for (let i = start; i < end; i++) goesLeft[chosen[i] as number] = Number(i < place);
    for (const other of columns) {
      if (other === column) continue;
      const order = orders[other] as Uint32Array;
      let left = start;
      let right = 0;
      for (let i = start; i < end; i++) {
        const row = order[i] as number;
        if (goesLeft[row] === 1) order[left++] = row;
        else held[right++] = row;
      }
      for (let i = 0; i < right; i++) order[left + i] = held[i] as number;
    }
  }
}
