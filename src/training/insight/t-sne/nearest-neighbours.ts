import type { Breath } from './breath.ts';
import type { Points } from './points.ts';

/** The nearest other points of each point, the nearest first; of equally near ones the one with the lower number. */
export interface Neighbours {
  /** Row by row, `each` numbers of points. */
  readonly indices: Uint32Array;
  /** The squares of their distances. */
  readonly squares: Float64Array;
  /** The neighbours of a point. */
  readonly each: number;
}

/** Points that are compared with others as a block, so that both stay in the processor's caches. */
const blockSize = 128;
/** Coordinates after which a distance is given up where it is too great already. */
const stride = 8;

/**
 * The exact nearest neighbours, by the distances of all pairs. A distance is given up as soon as the coordinates so far
 * make it too great, which saves most of the work where those of greatest variance come first, as principal components
 * do; and points near to each other along the first one are compared first.
 *
 * @param each below the number of points.
 * @param done is called with the share of the work that is done.
 */
export async function nearestNeighbours(
  points: Points,
  each: number,
  breathe: Breath,
  done: (share: number) => void = () => {},
): Promise<Neighbours> {
  const { count, width } = points;
  const order = Uint32Array.from({ length: count }, (_, at) => at).sort(
    (a, b) => (points.values[a * width] as number) - (points.values[b * width] as number) || a - b,
  );
  const sorted = rowsOf(points, order);
  const nearest = new NearestSoFar(order, each);
  const blocks = Math.ceil(count / blockSize);
  for (let apart = 0; apart < blocks; apart++) {
    for (let block = 0; block + apart < blocks; block++) {
      compare(sorted, width, nearest, block * blockSize, (block + apart) * blockSize);
      await breathe();
    }
    done(1 - ((blocks - apart - 1) / blocks) ** 2);
  }
  return nearest.neighbours();
}

/** Compares the points of two blocks, or all pairs of one. */
function compare(values: Float64Array, width: number, nearest: NearestSoFar, first: number, second: number): void {
  const { worst } = nearest;
  const count = worst.length;
  const endFirst = Math.min(first + blockSize, count);
  const endSecond = Math.min(second + blockSize, count);
  for (let a = first; a < endFirst; a++) {
    for (let b = first === second ? a + 1 : second; b < endSecond; b++) {
      const limit = Math.max(worst[a] as number, worst[b] as number);
      let square = 0;
      for (let d = 0; d < width && square <= limit; ) {
        for (const end = Math.min(d + stride, width); d < end; d++) {
          const difference = (values[a * width + d] as number) - (values[b * width + d] as number);
          square += difference * difference;
        }
      }
      if (square <= (worst[a] as number)) nearest.offer(a, b, square);
      if (square <= (worst[b] as number)) nearest.offer(b, a, square);
    }
  }
}

function rowsOf({ values, width }: Points, order: Uint32Array): Float64Array {
  const rows = new Float64Array(order.length * width);
  for (const [at, row] of order.entries()) rows.set(values.subarray(row * width, (row + 1) * width), at * width);
  return rows;
}

/** The nearest points that each point has met so far, as heaps with the farthest on top. */
class NearestSoFar {
  /** The square of the distance that a further neighbour of a point may have; infinite where any is welcome. */
  readonly worst: Float64Array;
  readonly #each: number;
  /** The number of each point, by its place in the order in which they are compared. */
  readonly #names: Uint32Array;
  readonly #indices: Uint32Array;
  readonly #squares: Float64Array;
  readonly #sizes: Uint32Array;

  constructor(names: Uint32Array, each: number) {
    this.worst = new Float64Array(names.length).fill(Number.POSITIVE_INFINITY);
    this.#each = each;
    this.#names = names;
    this.#indices = new Uint32Array(names.length * each);
    this.#squares = new Float64Array(names.length * each);
    this.#sizes = new Uint32Array(names.length);
  }

  /** Takes a neighbour of a point, in place of its farthest one where it has enough. */
  offer(point: number, other: number, square: number): void {
    const name = this.#names[other] as number;
    const start = point * this.#each;
    const size = this.#sizes[point] as number;
    if (size < this.#each) {
      this.#sizes[point] = size + 1;
      this.#rise(start, size, name, square);
    } else if (this.#isFarther(start, name, square)) {
      this.#sink(start, name, square);
    } else {
      return;
    }
    if (this.#sizes[point] === this.#each) this.worst[point] = this.#squares[start] as number;
  }

  neighbours(): Neighbours {
    const each = this.#each;
    const indices = new Uint32Array(this.#indices.length);
    const squares = new Float64Array(this.#squares.length);
    const places = Array.from({ length: each }, (_, at) => at);
    for (const [at, name] of this.#names.entries()) {
      const start = at * each;
      const square = (place: number): number => this.#squares[start + place] as number;
      const index = (place: number): number => this.#indices[start + place] as number;
      places.sort((a, b) => square(a) - square(b) || index(a) - index(b));
      for (const [rank, place] of places.entries()) {
        indices[name * each + rank] = index(place);
        squares[name * each + rank] = square(place);
      }
    }
    return { indices, squares, each };
  }

  /** Whether the entry is farther than a point. */
  #isFarther(entry: number, name: number, square: number): boolean {
    const own = this.#squares[entry] as number;
    return own > square || (own === square && (this.#indices[entry] as number) > name);
  }

  #put(entry: number, name: number, square: number): void {
    this.#indices[entry] = name;
    this.#squares[entry] = square;
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#indices[from] as number, this.#squares[from] as number);
  }

  #rise(start: number, leaf: number, name: number, square: number): void {
    let place = leaf;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.#isFarther(start + parent, name, square)) break;
      this.#move(start + parent, start + place);
      place = parent;
    }
    this.#put(start + place, name, square);
  }

  #sink(start: number, name: number, square: number): void {
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.#each) break;
      const right = start + child + 1;
      if (
        child + 1 < this.#each &&
        this.#isFarther(right, this.#indices[start + child] as number, this.#squares[start + child] as number)
      ) {
        child++;
      }
      if (!this.#isFarther(start + child, name, square)) break;
      this.#move(start + child, start + place);
      place = child;
    }
    this.#put(start + place, name, square);
  }
}
