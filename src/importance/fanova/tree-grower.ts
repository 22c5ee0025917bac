import type { Rng } from '../../base/rng.ts';
import type { TreeNode } from './regression-tree.ts';

/** The split of a node: the rows before `place` in the order of the column go left. */
interface Cut {
  readonly column: number;
  readonly place: number;
}

/** The values that stay the same while one tree grows. */
interface Growth {
  /** For each column the rows that count, in the order of the column's numbers within each node. */
  readonly orders: readonly Uint32Array[];
  readonly weights: Uint32Array;
  readonly rng: Rng;
}

/**
 * The rows from `start` up to, not including, `end`, in the order of each of `columns`; in other columns they all have
 * one number.
 */
interface GrowingNode {
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  readonly columns: readonly number[];
}

/** The sums over a node's rows, and whether their values differ. */
interface NodeSum {
  readonly sum: number;
  readonly weight: number;
  readonly differs: boolean;
}

/** The relative difference below which two gains differ by rounding alone. */
const EQUAL = 1e-13;

/**
 * Grows regression trees (CART: Breiman et al. 1984). Each node is split where the squared errors of its halves are
 * least, until the values in it are equal, no column separates its rows, or it is too deep. Among columns that split
 * equally well, as all do that separate two rows, one is drawn.
 */
export class TreeGrower {
  readonly #columns: readonly Float64Array[];
  /** The values less their mean. */
  readonly #values: Float64Array;
  readonly #mean: number;
  /** For each column all rows in the order of its numbers. */
  readonly #sorted: readonly Uint32Array[];
  readonly #maxDepth: number;
  readonly #goesLeft: Uint8Array;
  readonly #held: Uint32Array;

  /**
   * @param columns at least one, each with a number for each row.
   * @param values the number that the tree is to predict for each row.
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

  /** Grows a tree. @param weights how often each row counts; at least one is above 0. */
  grow(weights: Uint32Array, rng: Rng): TreeNode {
    const orders = this.#sorted.map((order) => order.filter((row) => weights[row] !== 0));
    const whole = { start: 0, end: orders[0]?.length ?? 0, depth: 0, columns: [...orders.keys()] };
    return this.#grow({ orders, weights, rng }, whole);
  }

  #grow(growth: Growth, node: GrowingNode): TreeNode {
    const { start, end, depth } = node;
    const whole = this.#sumOf(growth, node);
    const columns = whole.differs && depth < this.#maxDepth ? this.#separating(growth, node) : [];
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
  #separating({ orders }: Growth, { start, end, columns }: GrowingNode): readonly number[] {
    const separating: number[] = [];
    for (const column of columns) {
      const numbers = this.#columns[column] as Float64Array;
      const order = orders[column] as Uint32Array;
      if (numbers[order[start] as number] !== numbers[order[end - 1] as number]) separating.push(column);
    }
    return separating;
  }

  /**
   * The cut with the greatest gain: the sum over both halves of the square of their sum, divided by their weight. There
   * the squared errors are least.
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

  /**
   * The number half way between those before and at a place, or the lower one where rounding would make it the upper
   * one.
   */
  #threshold(column: number, order: Uint32Array, place: number): number {
    const numbers = this.#columns[column] as Float64Array;
    const [last, next] = [numbers[order[place - 1] as number] as number, numbers[order[place] as number] as number];
    const middle = last + (next - last) / 2;
    return middle < next ? middle : last;
  }

  /** Moves the rows of a node that go left, those before the cut, to the front in each column's order. */
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
