/**
 * Matrices as panels: their columns in strips of 8, and a first one of 12 where the fours are odd in number, each strip
 * row by row, so that a tile of the product reads it from front to back. Missing columns are zero.
 */
import { FLOAT } from './simd';

/** Columns that the strips for `columns` have together: a multiple of four, at least eight. */
export function tiled(columns: i32): i32 {
  return max(8, (columns + 3) & ~3);
}

/**
 * Columns of the first strip out of `columns` (as {@link tiled} gives them) that are left. Eights run a few per cent
 * faster than twelves, whose tiles hold one row less or spill registers.
 */
export function stripWidth(columns: i32): i32 {
  return columns & 4 ? 12 : 8;
}

/** Bytes of a matrix as panels. */
export function panelBytes(rows: i32, columns: i32): i32 {
  return rows * tiled(columns) * FLOAT;
}

/** Lays out the matrix [rows, columns] whose rows begin `stride` bytes apart. */
export function layOut(matrix: usize, stride: usize, rows: i32, columns: i32, panels: usize): void {
  const all = tiled(columns);
  let width = 0;
  for (let column = 0; column < all; column += width) {
    width = stripWidth(all - column);
    const present = min(width, columns - column);
    let from = matrix + column * FLOAT;
    for (let row = 0; row < rows; row++) {
      copyRow(from, panels, present, width);
      from += stride;
      panels += width * FLOAT;
    }
  }
}

function copyRow(from: usize, to: usize, present: i32, width: i32): void {
  let column = 0;
  for (; column + 4 <= present; column += 4) v128.store(to + column * FLOAT, v128.load(from + column * FLOAT));
  for (; column < present; column++) store<f32>(to + column * FLOAT, load<f32>(from + column * FLOAT));
  for (; column < width; column++) store<f32>(to + column * FLOAT, 0);
}

/** Lays out the transpose of the matrix [columns, rows] whose rows begin `stride` bytes apart. */
export function layOutTransposed(matrix: usize, stride: usize, rows: i32, columns: i32, panels: usize): void {
  const all = tiled(columns);
  let width = 0;
  for (let column = 0; column < all; column += width) {
    width = stripWidth(all - column);
    for (let four = 0; four < width; four += 4) {
      const present = min(4, columns - column - four);
      transposeFour(matrix + (column + four) * stride, stride, rows, present, panels + four * FLOAT, width * FLOAT);
    }
    panels += rows * width * FLOAT;
  }
}

/** Writes up to four rows of `size` floats as columns, with zeros for those that are not present. */
export function transposeFour(from: usize, stride: usize, size: i32, present: i32, to: usize, toStride: usize): void {
  let at = 0;
  if (present === 4) {
    for (; at + 4 <= size; at += 4) {
      transposeBlock(from + at * FLOAT, stride, to, toStride);
      to += 4 * toStride;
    }
  }
  for (; at < size; at++) {
    for (let row = 0; row < 4; row++) {
      const value: f32 = row < present ? load<f32>(from + row * stride + at * FLOAT) : 0;
      store<f32>(to + row * FLOAT, value);
    }
    to += toStride;
  }
}

/** Transposes 4×4 floats. */
function transposeBlock(from: usize, stride: usize, to: usize, toStride: usize): void {
  const a = v128.load(from);
  const b = v128.load(from + stride);
  const c = v128.load(from + 2 * stride);
  const d = v128.load(from + 3 * stride);
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const ab2 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cd2 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
  v128.store(to + toStride, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
  v128.store(to + 2 * toStride, v128.shuffle<f32>(ab2, cd2, 0, 1, 4, 5));
  v128.store(to + 3 * toStride, v128.shuffle<f32>(ab2, cd2, 2, 3, 6, 7));
}
