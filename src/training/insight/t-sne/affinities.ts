import type { Breath } from './breath.ts';
import type { Neighbours } from './nearest-neighbours.ts';

/** The joint probabilities of pairs of points, row by row; those that are left out are 0. */
export interface Affinities {
  /** The place of the first entry of each point, and at the end the number of entries. */
  readonly starts: Uint32Array;
  /** The other point of each entry. */
  readonly columns: Uint32Array;
  /** Symmetric; their sum is 1. */
  readonly values: Float64Array;
}

/** Halvings of the search for a width; the entropy is then right to the last bits. */
const halvings = 100;
/** The error of the entropy, in nats, at which the search ends, as in scikit-learn. */
const tolerance = 1e-5;

/**
 * The joint probabilities p(i, j) = (p(j | i) + p(i | j)) / 2N of t-SNE (van der Maaten 2014): each point's Gaussian
 * over its neighbours has the width at which its perplexity is the wanted one.
 */
export async function affinities(neighbours: Neighbours, perplexity: number, breathe: Breath): Promise<Affinities> {
  const { indices, squares, each } = neighbours;
  const count = indices.length / each;
  const conditional = new Float64Array(indices.length);
  for (let point = 0; point < count; point++) {
    const row = conditional.subarray(point * each, (point + 1) * each);
    setConditional(row, squares.subarray(point * each, (point + 1) * each), Math.log(perplexity));
    await breathe();
  }
  return joint(indices, conditional, each, breathe);
}

/** Fills a row with the probabilities of a point's neighbours, with the wanted entropy in nats. */
function setConditional(row: Float64Array, squares: Float64Array, entropy: number): void {
  const nearest = squares[0] as number;
  let [precision, low, high] = [1, 0, Number.POSITIVE_INFINITY];
  for (let halving = 0; halving < halvings; halving++) {
    let sum = 0;
    let weighted = 0;
    for (let at = 0; at < row.length; at++) {
      const farther = (squares[at] as number) - nearest;
      const value = Math.exp(-farther * precision);
      row[at] = value;
      sum += value;
      weighted += farther * value;
    }
    for (let at = 0; at < row.length; at++) row[at] = (row[at] as number) / sum;
    const excess = Math.log(sum) + (precision * weighted) / sum - entropy;
    if (Math.abs(excess) <= tolerance) return;
    if (excess > 0) low = precision;
    else high = precision;
    precision = high === Number.POSITIVE_INFINITY ? precision * 2 : (low + high) / 2;
  }
}

/** Joins the probabilities of both directions of each pair. */
async function joint(
  indices: Uint32Array,
  conditional: Float64Array,
  each: number,
  breathe: Breath,
): Promise<Affinities> {
  const count = indices.length / each;
  const incoming = await transposed(indices, count, each, breathe);
  const starts = new Uint32Array(count + 1);
  const columns = new Uint32Array(2 * indices.length);
  const values = new Float64Array(2 * indices.length);
  const places = new Int32Array(count).fill(-1);
  let end = 0;
  for (let point = 0; point < count; point++) {
    const start = end;
    const add = (other: number, probability: number): void => {
      let place = places[other] as number;
      if (place < start) {
        place = end++;
        places[other] = place;
        columns[place] = other;
      }
      values[place] = (values[place] as number) + probability / (2 * count);
    };
    for (let at = point * each; at < (point + 1) * each; at++) add(indices[at] as number, conditional[at] as number);
    for (let at = incoming.starts[point] as number; at < (incoming.starts[point + 1] as number); at++) {
      const entry = incoming.entries[at] as number;
      add(Math.floor(entry / each), conditional[entry] as number);
    }
    starts[point + 1] = end;
    await breathe();
  }
  return { starts, columns: columns.slice(0, end), values: values.slice(0, end) };
}

/** The entries in which each point is a neighbour of another one. */
async function transposed(indices: Uint32Array, count: number, each: number, breathe: Breath) {
  const starts = new Uint32Array(count + 1);
  for (const index of indices) starts[index + 1] = (starts[index + 1] as number) + 1;
  for (let point = 0; point < count; point++)
    starts[point + 1] = (starts[point + 1] as number) + (starts[point] as number);
  const next = starts.slice();
  const entries = new Uint32Array(indices.length);
  for (let point = 0; point < count; point++) {
    for (let at = point * each; at < (point + 1) * each; at++) {
      const index = indices[at] as number;
      const place = next[index] as number;
      entries[place] = at;
      next[index] = place + 1;
    }
    await breathe();
  }
  return { starts, entries };
}
