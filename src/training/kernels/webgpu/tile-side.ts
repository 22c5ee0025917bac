/**
 * A factor of a product: a matrix of lines (the rows of the left factor, the columns of the right one) and a depth,
 * given by where its elements lie. Its code is WGSL with
 * - `struct NAME`, the place of a line, worked out once for all depths,
 * - `fn placeOfNAME(line: u32) -> NAME`, and
 * - `fn atNAME(place: NAME, depth: u32) -> f32`, or `vec4f` where {@link isVector},
 * where NAME is `Left` over the array `a`, or `Right` over `b`. They are asked for elements within the product alone.
 */
export interface Factor {
  readonly code: string;
  /** Whether neighbours along the depth, rather than those along the lines, lie side by side in memory. */
  readonly isAlongDepth: boolean;
  /** Whether each four of these neighbours can be read at once; their number is a multiple of four. */
  readonly isVector: boolean;
}

/** Elements along the depth that a workgroup holds at a time. */
export const depthOfTile = 16;

const four = [0, 1, 2, 3] as const;

/**
 * The part of one factor in a tile, as WGSL: how a workgroup takes it into its memory, in blocks of four lines and four
 * depths, each a thread's, and reads it there. A factor that lies along the depth is transposed on its way; its vectors
 * are then put in an order in which neighbouring threads write to different banks of the memory, if there are enough.
 */
export class TileSide {
  readonly #name: 'Left' | 'Right';
  readonly #factor: Factor;
  readonly #vectors: number;
  readonly #array: string;

  /** @param lines of the tile, a multiple of four. */
  constructor(name: 'Left' | 'Right', factor: Factor, lines: number) {
    this.#name = name;
    this.#factor = factor;
    this.#vectors = lines / 4;
    this.#array = name === 'Left' ? 'lefts' : 'rights';
  }

  /** Blocks of the tile. */
  get blocks(): number {
    return this.#vectors * (depthOfTile / 4);
  }

  /** The workgroup's memory, and `fourNAME`: four neighbours of a factor; those beyond the product's edge are 0. */
  declarations(): string {
    const { isAlongDepth, isVector } = this.#factor;
    const name = this.#name;
    const count = name === 'Left' ? 'u.rows' : 'u.columns';
    const isSingle = !isVector && !isAlongDepth;
    const at = (offset: number) => (isSingle ? `places[${offset}], depth` : `place, depth + ${offset}`);
    const isIn = (offset: number) =>
      isSingle ? `line + ${offset} < ${count} && depth < end` : `line < ${count} && depth + ${offset} < end`;
    const singly = four.map((offset) => `if (${isIn(offset)}) { result[${offset}] = at${name}(${at(offset)}); }`);
    return `
      ${this.#factor.code}
      var<workgroup> ${this.#array}: array<vec4f, ${this.#vectors * depthOfTile}>;
      fn four${name}(${isSingle ? `places: array<${name}, 4>` : `place: ${name}`}, line: u32, depth: u32, end: u32) -> vec4f {
        var result = vec4f();
        ${isVector ? `if (line < ${count} && depth < end) { result = at${name}(place, depth); }` : singly.join('\n')}
        return result;
      }`;
  }

  /**
   * The place of a thread's block, in `${id}Vector` of the tile's lines and `${id}Depth`, and those of its lines.
   *
   * @param item the block's number, and @param first the tile's first line, in WGSL.
   */
  place(id: string, item: string, first: string): string {
    const { isAlongDepth, isVector } = this.#factor;
    const [inner, outer] = isAlongDepth ? ['Depth', 'Vector'] : ['Vector', 'Depth'];
    const size = isAlongDepth ? depthOfTile / 4 : this.#vectors;
    const place = (offset: number) => `placeOf${this.#name}(${id}Line + ${offset})`;
    const places = isAlongDepth
      ? four.map((at) => `let ${id}Place${at} = ${place(at)};`).join(' ')
      : isVector
        ? `let ${id}Place = ${place(0)};`
        : `let ${id}Place = array<${this.#name}, 4>(${four.map(place).join(', ')});`;
    return `
      let ${id}${inner} = (${item}) % ${size};
      let ${id}${outer} = (${item}) / ${size};
      let ${id}Line = ${first} + ${id}Vector * 4;
      ${places}`;
  }

  /** Reads a block from the factor into `NEXT0` to `NEXT3`, one for each of four depths from `ahead` on. */
  take(id: string, next: string): string {
    const depth = `ahead + ${id}Depth * 4`;
    const read = (place: string, line: string, at: string) => `four${this.#name}(${place}, ${line}, ${at}, end)`;
    if (!this.#factor.isAlongDepth) {
      return four.map((at) => `${next}${at} = ${read(`${id}Place`, `${id}Line`, `${depth} + ${at}`)};`).join('\n');
    }
    const lines = four.map((at) => `let line${at} = ${read(`${id}Place${at}`, `${id}Line + ${at}`, depth)};`);
    const turned = four.map((at) => `${next}${at} = vec4f(${four.map((line) => `line${line}[${at}]`).join(', ')});`);
    return [...lines, ...turned].join('\n');
  }

  /** Writes a block that was taken to the workgroup's memory. */
  put(id: string, next: string): string {
    const vector = this.#ordered(`${id}Vector`, `${id}Depth`);
    return four
      .map((at) => `${this.#array}[(${id}Depth * 4 + ${at}) * ${this.#vectors} + ${vector}] = ${next}${at};`)
      .join('\n');
  }

  /**
   * Four lines of the workgroup's memory at one depth.
   *
   * @param fourth the depth divided by four and @param rest its remainder, in WGSL.
   */
  read(vector: string, fourth: string, rest: number): string {
    return `${this.#array}[(${fourth} * 4 + ${rest}) * ${this.#vectors} + ${this.#ordered(vector, fourth)}]`;
  }

  #ordered(vector: string, fourth: string): string {
    const isTurned = this.#factor.isAlongDepth && this.#vectors % 8 === 0;
    return isTurned ? `((${vector}) ^ (${fourth} * 2))` : `(${vector})`;
  }
}
