import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { allocate, dispatch, groupsFor, type Program } from './program.ts';

/**
 * A matrix product whose factors are given by where their elements lie: matrices, transposed ones, or the patches of
 * images of which a convolution is the product with its filter.
 */
export interface Product {
  /** Products of one name have the same code. */
  readonly name: string;
  /**
   * WGSL with `fn left(row: u32, depth: u32) -> f32` over the array `a` and `fn right(depth: u32, column: u32) -> f32`
   * over `b`; they are asked for places within `u.rows`, `u.depth` and `u.columns` alone.
   */
  readonly code: string;
  /** Whether neighbours along the depth, rather than along the rows or columns, lie side by side in memory. */
  readonly alongDepth: { readonly a: boolean; readonly b: boolean };
}

export interface Size {
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
}

/** Added to each column, and the last thing done. */
export interface Finish {
  readonly bias?: TensorInfo | undefined;
  readonly isRectified?: boolean;
}

/** The last step of a fused kernel of tfjs; undefined where a product cannot do it. */
export function finishOf(bias: TensorInfo | undefined, activation: string | null = 'linear'): Finish | undefined {
  const isKnown = activation === null || activation === 'linear' || activation === 'relu';
  const isOfColumns = bias === undefined || bias.shape.length === 1;
  return isKnown && isOfColumns ? { bias, isRectified: activation === 'relu' } : undefined;
}

/** Rows and columns of the product that a workgroup works out, and those of one thread; the depth goes 16 at a time. */
interface Tile {
  readonly rows: number;
  readonly columns: number;
  readonly each: number;
}

const depthOfTile = 16;
const wide: Tile = { rows: 64, columns: 64, each: 4 };
const narrow: Tile = { rows: 128, columns: 32, each: 4 };
const small: Tile = { rows: 32, columns: 32, each: 2 };

/** As many workgroups as keep a large GPU busy; where a product has fewer tiles, they share out its depth. */
const enoughGroups = 512;
/** Below this, sharing out the depth costs more than it gains. */
const leastDepth = 256;

const programs = new Map<string, Program>();

/**
 * The product as a new tensor. Its sums are taken in the same order each time, so that a training repeats itself bit by
 * bit on one adapter.
 */
export function multiply(
  backend: WebGPUBackend,
  product: Product,
  [a, b]: readonly [TensorInfo, TensorInfo],
  { rows, depth, columns }: Size,
  shape: readonly number[],
  { bias, isRectified = false }: Finish = {},
): TensorInfo {
  const tile = columns > narrow.columns ? wide : rows > small.rows ? narrow : small;
  const tiles = Math.ceil(rows / tile.rows) * Math.ceil(columns / tile.columns);
  const wanted = Math.max(1, Math.min(Math.ceil(enoughGroups / tiles), Math.floor(depth / leastDepth)));
  const span = Math.ceil(depth / wanted / depthOfTile) * depthOfTile;
  const slices = Math.max(1, Math.ceil(depth / span));
  const result = allocate(backend, shape);
  const partial = slices === 1 ? result : allocate(backend, [slices, rows, columns]);
  const [across, down] = groupsFor(tiles, 1);
  const early = slices === 1 ? { bias, isRectified } : {};
  dispatch(backend, tiledProgram(product, tile, early), {
    inputs: [a, b, ...(early.bias ? [early.bias] : [])],
    outputs: [partial],
    uniforms: [rows, depth, columns, span],
    groups: [across, down, slices],
  });
  if (slices === 1) return result;
  dispatch(backend, sumProgram({ bias, isRectified }), {
    inputs: [partial, ...(bias ? [bias] : [])],
    outputs: [result],
    uniforms: [rows * columns, columns, slices],
    groups: groupsFor(rows * columns),
  });
  backend.disposeData(partial.dataId);
  return result;
}

function tiledProgram(product: Product, tile: Tile, finish: Finish): Program {
  const name = `${product.name}, ${tile.rows} × ${tile.columns}${finishName(finish)}`;
  const program = programs.get(name) ?? {
    name,
    inputs: { a: 'f32', b: 'f32', ...(finish.bias && { bias: 'f32' }) },
    outputs: { c: 'f32' },
    uniforms: { rows: 'u32', depth: 'u32', columns: 'u32', span: 'u32' },
    code: `${product.code} ${finishCode(finish)} ${tiledCode(product, tile)}`,
  };
  programs.set(name, program);
  return program;
}

/** Threads take consecutive elements of a factor into the workgroup's memory, and there each its square of the result. */
function tiledCode({ alongDepth }: Product, { rows, columns, each }: Tile): string {
  const load = (array: string, size: number, isAlongDepth: boolean, element: string) => `
    for (var at = thread; at < ${size * depthOfTile}; at += threads) {
      let k = ${isAlongDepth ? `at % ${depthOfTile}` : `at / ${size}`};
      let i = ${isAlongDepth ? `at / ${depthOfTile}` : `at % ${size}`};
      ${array}[k * ${size} + i] = ${element};
    }`;
  const vector = `vec${each}f`;
  const parts = Array.from({ length: each }, (_, at) => at);
  const unrolled = (text: (i: number) => string): string => parts.map(text).join('\n');
  return `
    var<workgroup> lefts: array<f32, ${rows * depthOfTile}>;
    var<workgroup> rights: array<f32, ${columns * depthOfTile}>;
    fn element(row: u32, depth: u32, end: u32) -> f32 {
      if (row >= u.rows || depth >= end) { return 0; }
      return left(row, depth);
    }
    fn otherElement(depth: u32, column: u32, end: u32) -> f32 {
      if (column >= u.columns || depth >= end) { return 0; }
      return right(depth, column);
    }
    fn write(slice: u32, row: u32, firstColumn: u32, sums: ${vector}) {
      if (row >= u.rows) { return; }
      let start = (slice * u.rows + row) * u.columns;
      ${unrolled((j) => {
        const column = `firstColumn + ${j}`;
        return `if (${column} < u.columns) { c[start + ${column}] = finished(sums[${j}], ${column}); }`;
      })}
    }
    fn run(group: vec3u, groups: vec3u, thread: u32) {
      let across = (u.columns + ${columns - 1}) / ${columns};
      let tile = group.y * groups.x + group.x;
      let firstRow = tile / across * ${rows};
      let firstColumn = tile % across * ${columns};
      let end = min((group.z + 1) * u.span, u.depth);
      let y = thread / ${columns / each} * ${each};
      let x = thread % ${columns / each} * ${each};
      ${unrolled((i) => `var sums${i} = ${vector}();`)}
      for (var start = group.z * u.span; start < end; start += ${depthOfTile}) {
        ${load('lefts', rows, alongDepth.a, 'element(firstRow + i, start + k, end)')}
        ${load('rights', columns, alongDepth.b, 'otherElement(start + k, firstColumn + i, end)')}
        workgroupBarrier();
        for (var k = 0u; k < ${depthOfTile}; k++) {
          let base = k * ${columns} + x;
          let others = ${vector}(${parts.map((j) => `rights[base + ${j}]`).join(', ')});
          ${unrolled((i) => `sums${i} += lefts[k * ${rows} + y + ${i}] * others;`)}
        }
        workgroupBarrier();
      }
      ${unrolled((i) => `write(group.z, firstRow + y + ${i}, firstColumn + x, sums${i});`)}
    }`;
}

function sumProgram(finish: Finish): Program {
  const name = `sum of slices${finishName(finish)}`;
  const program = programs.get(name) ?? {
    name,
    inputs: { partial: 'f32', ...(finish.bias && { bias: 'f32' }) },
    outputs: { c: 'f32' },
    uniforms: { size: 'u32', columns: 'u32', slices: 'u32' },
    code: `${finishCode(finish)}
      fn run(group: vec3u, groups: vec3u, thread: u32) {
        let at = flat(group, groups, thread);
        if (at >= u.size) { return; }
        var sum = 0f;
        for (var slice = 0u; slice < u.slices; slice++) { sum += partial[slice * u.size + at]; }
        c[at] = finished(sum, at % u.columns);
      }`,
  };
  programs.set(name, program);
  return program;
}

const finishName = ({ bias, isRectified }: Finish): string => `${bias ? ', bias' : ''}${isRectified ? ', relu' : ''}`;

function finishCode({ bias, isRectified }: Finish): string {
  const sum = bias ? 'value + bias[column]' : 'value';
  return `fn finished(value: f32, column: u32) -> f32 { return ${isRectified ? `rectified(${sum})` : sum}; }`;
}
