/** The bits of each coordinate of the smallest cells. */
const depth = 16;
/** The most points of a cell that is not divided further. */
const leafSize = 4;
/** The numbers that a node has in the list of cells: its centre of mass, its points, and its reach squared. */
const fields = 4;
const digitBits = 11;

/**
 * The forces by which points of a plane repel each other in t-SNE, by Barnes and Hut's approximation (van der Maaten
 * 2014): the points of a cell count as one in their centre for those whose distance to it is above the cell's reach,
 * its side divided by `angle`. The memory is used again for the points' next places.
 */
export class QuadTree {
  readonly #count: number;
  readonly #angle: number;
  /** The points' places, x and y, in the order of their cells along a Z-shaped curve, in which the tree is laid out. */
  readonly #places: Float64Array;
  readonly #codes: Uint32Array;
  readonly #order: Uint32Array;
  readonly #cells: Float64Array;
  /** For each node, the first behind it that is not below it. */
  readonly #next: Int32Array;
  /** The first point of a node that is not divided; −1 for others. */
  readonly #first: Int32Array;
  #nodes = 0;
  #side = 0;

  /**
   * @param count the number of points.
   * @param angle 0 for exact forces; 0.5 is usual.
   */
  constructor(count: number, angle: number) {
    this.#count = count;
    this.#angle = angle;
    this.#places = new Float64Array(2 * count);
    this.#codes = new Uint32Array(count);
    this.#order = new Uint32Array(count);
    const most = 2 * count; // each node that is divided has two parts or more
    this.#cells = new Float64Array(fields * most);
    this.#next = new Int32Array(most);
    this.#first = new Int32Array(most);
  }

  /**
   * Computes, for q = 1 / (1 + d²) of two points at distance d, each point's sum of q² times the difference to the
   * others.
   *
   * @param places x and y of each point, finite.
   * @param forces takes x and y of each point's sum.
   * @returns the sum of q over all pairs, each in both orders.
   */
  repel(places: Float64Array, forces: Float64Array): number {
    this.#sort(places);
    this.#nodes = 0;
    this.#build(0, this.#count);
    let sum = 0;
    for (let point = 0; point < this.#count; point++) sum += this.#repelOne(point, forces);
    return sum;
  }

  #repelOne(point: number, forces: Float64Array): number {
    const cells = this.#cells;
    const x = this.#places[2 * point] as number;
    const y = this.#places[2 * point + 1] as number;
    let [forceX, forceY, sum] = [0, 0, 0];
    for (let node = 0; node < this.#nodes; ) {
      const at = fields * node;
      const dx = x - (cells[at] as number);
      const dy = y - (cells[at + 1] as number);
      const square = dx * dx + dy * dy;
      const first = this.#first[node] as number;
      let points = cells[at + 2] as number;
      if (square <= (cells[at + 3] as number)) {
        if (first < 0) {
          node++;
          continue;
        }
        if (points <= leafSize) {
          for (let other = first; other < first + points; other++) {
            if (other === point) continue;
            const nearX = x - (this.#places[2 * other] as number);
            const nearY = y - (this.#places[2 * other + 1] as number);
            const q = 1 / (1 + nearX * nearX + nearY * nearY);
            sum += q;
            forceX += q * q * nearX;
            forceY += q * q * nearY;
          }
          node = this.#next[node] as number;
          continue;
        }
        if (point >= first && point < first + points) points--; // of a cell of the least size, in which all count as one
      }
      const q = 1 / (1 + square);
      const weight = points * q;
      sum += weight;
      forceX += weight * q * dx;
      forceY += weight * q * dy;
      node = this.#next[node] as number;
    }
    const name = this.#order[point] as number;
    forces[2 * name] = forceX;
    forces[2 * name + 1] = forceY;
    return sum;
  }

  /** Sorts the points by the codes of their cells: the bits of both coordinates in turns, the high ones first. */
  #sort(places: Float64Array): void {
    let [left, right, bottom, top] = [
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ];
    for (let at = 0; at < places.length; at += 2) {
      left = Math.min(left, places[at] as number);
      right = Math.max(right, places[at] as number);
      bottom = Math.min(bottom, places[at + 1] as number);
      top = Math.max(top, places[at + 1] as number);
    }
    this.#side = Math.max(right - left, top - bottom);
    const scale = this.#side > 0 ? (1 << depth) / this.#side : 0;
    const cellOf = (offset: number): number => Math.min(Math.floor(offset * scale), (1 << depth) - 1);
    const codes = Uint32Array.from({ length: this.#count }, (_, point) => {
      const column = cellOf((places[2 * point] as number) - left);
      const row = cellOf((places[2 * point + 1] as number) - bottom);
      return (spread(column) | (spread(row) << 1)) >>> 0;
    });
    this.#order.set(ascending(codes));
    for (const [place, point] of this.#order.entries()) {
      this.#codes[place] = codes[point] as number;
      this.#places[2 * place] = places[2 * point] as number;
      this.#places[2 * place + 1] = places[2 * point + 1] as number;
    }
  }

  /** Lays out the node of the points from `start` to before `end`, and those below it. */
  #build(start: number, end: number): void {
    const node = this.#nodes++;
    const differing = (this.#codes[start] as number) ^ (this.#codes[end - 1] as number);
    const level = differing === 0 ? depth : Math.clz32(differing) >> 1;
    const isLeaf = level === depth || end - start <= leafSize;
    let [x, y] = [0, 0];
    if (isLeaf) {
      for (let point = start; point < end; point++) {
        x += this.#places[2 * point] as number;
        y += this.#places[2 * point + 1] as number;
      }
    } else {
      const shift = 2 * (depth - level - 1);
      for (let from = start; from < end; ) {
        const part = (this.#codes[from] as number) >>> shift;
        let to = from + 1;
        while (to < end && (this.#codes[to] as number) >>> shift === part) to++;
        const child = fields * this.#nodes;
        this.#build(from, to);
        x += (this.#cells[child] as number) * (to - from);
        y += (this.#cells[child + 1] as number) * (to - from);
        from = to;
      }
    }
    const side = end - start === 1 ? 0 : this.#side / 2 ** level;
    const at = fields * node;
    this.#cells[at] = x / (end - start);
    this.#cells[at + 1] = y / (end - start);
    this.#cells[at + 2] = end - start;
    this.#cells[at + 3] = this.#angle === 0 ? Number.POSITIVE_INFINITY : (side / this.#angle) ** 2;
    this.#next[node] = this.#nodes;
    this.#first[node] = isLeaf ? start : -1;
  }
}

/** The low 16 bits of a number, each at an even place. */
function spread(bits: number): number {
  let spread = (bits | (bits << 8)) & 0x00ff00ff;
  spread = (spread | (spread << 4)) & 0x0f0f0f0f;
  spread = (spread | (spread << 2)) & 0x33333333;
  return (spread | (spread << 1)) & 0x55555555;
}

/** The places of codes in ascending order, equal ones as they stand; by radix. */
function ascending(codes: Uint32Array): Uint32Array {
  let order = Uint32Array.from(codes, (_, at) => at);
  for (let shift = 0; shift < 32; shift += digitBits) {
    const ends = new Uint32Array(1 << digitBits);
    const digitOf = (code: number): number => (code >>> shift) & ((1 << digitBits) - 1);
    for (const code of codes) ends[digitOf(code)] = (ends[digitOf(code)] as number) + 1;
    for (let digit = 1; digit < ends.length; digit++)
      ends[digit] = (ends[digit] as number) + (ends[digit - 1] as number);
    const sorted = new Uint32Array(order.length);
    for (let at = order.length - 1; at >= 0; at--) {
      const digit = digitOf(codes[order[at] as number] as number);
      const place = (ends[digit] as number) - 1;
      ends[digit] = place;
      sorted[place] = order[at] as number;
    }
    order = sorted;
  }
  return order;
}
