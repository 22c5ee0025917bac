import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { allocate, dispatch, groupsFor } from './dispatch.ts';
import { type FinishCode, finishName, noFinish } from './finish.ts';
import { madeOnce } from './made-once.ts';
import type { Program } from './program.ts';
import { sumOfSlices } from './sum-of-slices.ts';
import { depthOfTile } from './tile-side.ts';
import { type Product, type Tile, tiledProgram, tileName } from './tiled-product.ts';

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

const wide: Tile = { rows: 128, columns: 128, rowsEach: 8, columnsEach: 8 };
const tall: Tile = { rows: 128, columns: 64, rowsEach: 8, columnsEach: 8 };
const slim: Tile = { rows: 64, columns: 40, rowsEach: 4, columnsEach: 4 };
const slimmest: Tile = { rows: 128, columns: 32, rowsEach: 8, columnsEach: 4 };
const small: Tile = { rows: 32, columns: 32, rowsEach: 4, columnsEach: 4 };

/**
 * As many workgroups as keep a large GPU busy to their end; where a product has fewer tiles, they share out its depth.
 */
const enoughGroups = (tile: Tile): number => (tile === wide ? 1024 : 512);
/** Fewer leave much of a large GPU idle. */
const fewGroups = 128;
/** Below this, sharing out the depth of a tile costs more than it gains. */
const leastDepth = (tile: Tile): number => (tile === small ? 128 : 256);

const programs = madeOnce<Program>();

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
  const tile = tileFor(product, { rows, depth, columns });
  const tiles = tilesOf(tile, { rows, columns });
  const wanted = Math.max(1, Math.min(Math.ceil(enoughGroups(tile) / tiles), mostSlices(tile, depth)));
  const span = Math.ceil(depth / wanted / depthOfTile) * depthOfTile;
  const slices = Math.max(1, Math.ceil(depth / span));
  const result = allocate(backend, shape);
  const partial = slices === 1 ? result : allocate(backend, [slices, rows, columns]);
  const [across, down] = groupsFor(tiles, 1);
  const finish: FinishCode = { hasBias: bias !== undefined, isRectified };
  dispatch(backend, tiled(product, tile, slices === 1 ? finish : noFinish, columns % 4 === 0), {
    inputs: [a, b, ...(bias && slices === 1 ? [bias] : [])],
    outputs: [partial],
    uniforms: [rows, depth, columns, span],
    groups: [across, down, slices],
  });
  if (slices === 1) return result;
  sumOfSlices(backend, { partial, result, bias }, { slices, size: rows * columns, columns }, finish);
  return result;
}

/** The fastest of the tiles above, as they were measured on a large GPU (bench/README.md). */
function tileFor({ left, right }: Product, { rows, depth, columns }: Size): Tile {
  if (rows <= small.rows) return small;
  const isTransposed = left.isAlongDepth || right.isAlongDepth;
  const broad = columns > tall.columns && !isTransposed ? wide : tall;
  const tile = columns <= slimmest.columns ? slimmest : columns <= slim.columns ? slim : broad;
  const groups = tilesOf(tile, { rows, columns }) * mostSlices(tile, depth);
  return groups < fewGroups ? small : tile;
}

const tilesOf = (tile: Tile, { rows, columns }: Omit<Size, 'depth'>): number =>
  Math.ceil(rows / tile.rows) * Math.ceil(columns / tile.columns);

const mostSlices = (tile: Tile, depth: number): number => Math.max(1, Math.floor(depth / leastDepth(tile)));

function tiled(product: Product, tile: Tile, finish: FinishCode, isVector: boolean): Program {
  const name = `${product.name}, ${tileName(tile)}${isVector ? '' : ', single'}${finishName(finish)}`;
  return programs(name, () => tiledProgram(name, product, tile, finish, isVector));
}
