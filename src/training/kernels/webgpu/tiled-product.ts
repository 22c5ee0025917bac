import { type FinishCode, finishCode } from './finish.ts';
import { elementType, type Program } from './program.ts';
import { depthOfTile, type Factor, TileSide } from './tile-side.ts';

/** A matrix product whose factors are matrices, transposed ones, or the patches of images. */
export interface Product {
  /** Products of one name have the same code. */
  readonly name: string;
  /** WGSL that both factors use. */
  readonly code?: string;
  readonly left: Factor;
  readonly right: Factor;
}

/** The part of a product that a workgroup works out, and that of one of its threads: multiples of four. */
export interface Tile {
  readonly rows: number;
  readonly columns: number;
  readonly rowsEach: number;
  readonly columnsEach: number;
}

export const tileName = ({ rows, columns, rowsEach, columnsEach }: Tile): string =>
  `${rows} × ${columns} by ${rowsEach} × ${columnsEach}`;

/**
 * The program of a tile. While its threads multiply what their workgroup holds of both factors, they read the next part
 * from the GPU's memory.
 *
 * @param isVector whether the result has a multiple of four columns, so that a thread writes four at once.
 */
export function tiledProgram(
  name: string,
  product: Product,
  tile: Tile,
  finish: FinishCode,
  isVector: boolean,
): Program {
  const left = new TileSide('Left', product.left, tile.rows);
  const right = new TileSide('Right', product.right, tile.columns);
  return {
    name,
    threads: threadsOf(tile),
    inputs: {
      a: elementType(product.left.isVector),
      b: elementType(product.right.isVector),
      ...(finish.hasBias && { bias: 'f32' }),
    },
    outputs: { c: elementType(isVector) },
    uniforms: { rows: 'u32', depth: 'u32', columns: 'u32', span: 'u32' },
    code: [
      product.code ?? '',
      left.declarations(),
      right.declarations(),
      finishCode(finish),
      writeCode(isVector),
      runCode(left, right, tile),
    ].join('\n'),
  };
}

const threadsOf = ({ rows, columns, rowsEach, columnsEach }: Tile): number =>
  (rows / rowsEach) * (columns / columnsEach);

/** WGSL `write`: four neighbours in a row of the result. */
function writeCode(isVector: boolean): string {
  const element = (offset: number) => `finished(sums[${offset}], column + ${offset})`;
  const four = [0, 1, 2, 3];
  const body = isVector
    ? `if (column < u.columns) { c[(start + column) / 4] = vec4f(${four.map(element).join(', ')}); }`
    : four.map((at) => `if (column + ${at} < u.columns) { c[start + column + ${at}] = ${element(at)}; }`).join('\n');
  return `
    fn write(slice: u32, row: u32, column: u32, sums: vec4f) {
      if (row >= u.rows) { return; }
      let start = (slice * u.rows + row) * u.columns;
      ${body}
    }`;
}

const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');

function runCode(left: TileSide, right: TileSide, tile: Tile): string {
  const { rows, columns, rowsEach, columnsEach } = tile;
  const [across, down] = [columns / columnsEach, rows / rowsEach];
  const [vectorsDown, vectorsAcross] = [rowsEach / 4, columnsEach / 4];
  const takings = takingsOf(left, right, threadsOf(tile));
  const each = (code: (taking: Taking) => string): string =>
    takings.map((taking) => `if (${taking.condition}) { ${code(taking)} }`).join('\n');
  const take = each(({ side, id, next }) => side.take(id, next));
  const multiply = (fourth: string, rest: number) => `
    {
      ${lines(vectorsDown, (g) => `let left${g} = ${left.read(`y + ${g * down}`, fourth, rest)};`)}
      ${lines(vectorsAcross, (h) => `let right${h} = ${right.read(`x + ${h * across}`, fourth, rest)};`)}
      ${lines(rowsEach, (i) => lines(vectorsAcross, (h) => `sums${i}${h} += left${i >> 2}[${i & 3}] * right${h};`))}
    }`;
  const multiplyFour = (fourth: string) => lines(4, (rest) => multiply(fourth, rest));
  const fourths = depthOfTile / 4;
  // Written out in full it is up to a tenth faster, and takes longer to compile.
  const multiplyAll =
    rowsEach * columnsEach === 64
      ? lines(fourths, (fourth) => multiplyFour(`${fourth}u`))
      : `for (var fourth = 0u; fourth < ${fourths}; fourth++) { ${multiplyFour('fourth')} }`;
  return `
    fn run(group: vec3u, groups: vec3u, thread: u32) {
      let tilesAcross = (u.columns + ${columns - 1}) / ${columns};
      let tile = group.y * groups.x + group.x;
      let firstRow = tile / tilesAcross * ${rows};
      let firstColumn = tile % tilesAcross * ${columns};
      let begin = group.z * u.span;
      let end = min(begin + u.span, u.depth);
      let y = thread / ${across};
      let x = thread % ${across};
      ${takings.map(({ side, id, item, first }) => side.place(id, item, first)).join('\n')}
      ${[...new Set(takings.map(({ next }) => next))].map((next) => lines(4, (at) => `var ${next}${at} = vec4f();`)).join('\n')}
      ${lines(rowsEach, (i) => lines(vectorsAcross, (h) => `var sums${i}${h} = vec4f();`))}
      {
        let ahead = begin;
        ${take}
      }
      for (var depth = begin; depth < end; depth += ${depthOfTile}) {
        ${each(({ side, id, next }) => side.put(id, next))}
        workgroupBarrier();
        let ahead = depth + ${depthOfTile};
        if (ahead < end) {
          ${take}
        }
        ${multiplyAll}
        workgroupBarrier();
      }
      ${lines(rowsEach, (i) =>
        lines(vectorsAcross, (h) => {
          const row = `firstRow + (y + ${(i >> 2) * down}) * 4 + ${i & 3}`;
          return `write(group.z, ${row}, firstColumn + (x + ${h * across}) * 4, sums${i}${h});`;
        }),
      )}
    }`;
}

/** The blocks of one factor that threads take in one round. */
interface Taking {
  readonly side: TileSide;
  readonly id: string;
  /** The variables of the round that hold a block. */
  readonly next: string;
  /** WGSL: the number of a thread's block. */
  readonly item: string;
  /** WGSL: whether a thread has one. */
  readonly condition: string;
  /** WGSL: the first line of the tile. */
  readonly first: string;
}

/** Shares the blocks of both factors out to the threads, one each a round: first those of the left one. */
function takingsOf(left: TileSide, right: TileSide, threads: number): Taking[] {
  const sides = [
    { side: left, name: 'left', first: 'firstRow', start: 0, end: left.blocks },
    { side: right, name: 'right', first: 'firstColumn', start: left.blocks, end: left.blocks + right.blocks },
  ];
  const rounds = Math.ceil((left.blocks + right.blocks) / threads);
  return Array.from({ length: rounds }, (_, round) =>
    sides
      .filter(({ start, end }) => start < (round + 1) * threads && end > round * threads)
      .map(({ side, name, first, start, end }) => {
        const block = `thread + ${round * threads}`;
        const condition = `${block} >= ${start} && ${block} < ${end}`;
        return { side, id: `${name}${round}`, next: `next${round}`, item: `${block} - ${start}`, condition, first };
      }),
  ).flat();
}
