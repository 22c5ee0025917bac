/**
 * Products of rows that lie anywhere by a matrix in panels: the forward pass of a convolution, its gradient by the
 * images, and matrix products. A tile of four rows by a strip of 8 columns, or of three by 12, is summed up in
 * registers: one row more and they spill, which costs a fifth.
 */
import { stripWidth, tiled } from './panels';
import { FLOAT, multiplyAdd, zeros } from './simd';

/** Each row is this many segments of `segmentBytes`, with `segmentSkip` bytes between them that are left out. */
let segments: i32 = 1;
let segmentBytes: usize = 0;
let segmentSkip: usize = 0;

/** Sets the layout of the next products' rows. */
export function setRows(count: i32, bytes: usize, skip: usize): void {
  segments = count;
  segmentBytes = bytes;
  segmentSkip = skip;
}

/** Bytes that {@link multiply} needs in `spare`: a tile and its offsets. */
export const SPARE: i32 = 4 * 48 + (4 + 3) * 4;

/** A stand-in for the address of a bias: a tile is added to nothing, or to the result so far. */
const NOTHING: usize = 0;
const ITSELF: usize = 1;

/** Bytes of a table of `rows` offsets, see {@link endOffsets}. */
export function offsetBytes(rows: i32): i32 {
  return (rows + 3) * 4;
}

/** Repeats the last offset of a table three times, since tiles read up to four. */
export function endOffsets(offsets: usize, rows: i32): void {
  const last = load<i32>(offsets + (rows - 1) * 4);
  for (let row = rows; row < rows + 3; row++) store<i32>(offsets + row * 4, last);
}

/** Fills a table with the multiples of `step`. */
export function evenOffsets(offsets: usize, rows: i32, step: i32): void {
  for (let row = 0; row < rows; row++) store<i32>(offsets + row * 4, row * step);
  endOffsets(offsets, rows);
}

/**
 * out[r, c] = rows[r] · panels[c] + bias[c], or all that added to what is there. Rows of `out` may overlap where it is
 * added to: they are added one after the other.
 *
 * @param x row r begins at x + xOffsets[r], and is read as {@link setRows} says.
 * @param out row r begins at out + outOffsets[r].
 * @param bias [columns], or 0 for none.
 */
export function multiply(
  x: usize,
  xOffsets: usize,
  rows: i32,
  panels: usize,
  columns: i32,
  out: usize,
  outOffsets: usize,
  bias: usize,
  isAdded: bool,
  spare: usize,
): void {
  const all = tiled(columns);
  evenOffsets(spare + 4 * 48, 4, 48);
  let width = 0;
  for (let column = 0; column < all; column += width) {
    width = stripWidth(all - column);
    const isWhole = column + width <= columns;
    const target = out + column * FLOAT;
    const base = isAdded ? ITSELF : bias ? bias + column * FLOAT : NOTHING;
    const rowsOfTile = width === 8 ? 4 : 3;
    for (let row = 0; row < rows; row += rowsOfTile) {
      const xs = xOffsets + row * 4;
      const outs = outOffsets + row * 4;
      if (isWhole && row + rowsOfTile <= rows) {
        tile(width, x, xs, panels, target, outs, base);
      } else {
        tile(width, x, xs, panels, spare, spare + 4 * 48, NOTHING);
        addPart(spare, min(rowsOfTile, rows - row), min(width, columns - column), target, outs, base);
      }
    }
    panels += width * <i32>segmentBytes * segments;
  }
}

function tile(width: i32, x: usize, xOffsets: usize, panel: usize, out: usize, outOffsets: usize, base: usize): void {
  if (width === 8) tile4x8(x, xOffsets, panel, out, outOffsets, base);
  else tile3x12(x, xOffsets, panel, out, outOffsets, base);
}

/** Adds the part of a spare tile that the result has room for. */
function addPart(spare: usize, rows: i32, columns: i32, out: usize, outOffsets: usize, base: usize): void {
  for (let row = 0; row < rows; row++) {
    const target = out + load<i32>(outOffsets + row * 4);
    const from = base === ITSELF ? target : base;
    for (let at = 0; at < columns * FLOAT; at += FLOAT) {
      const value = load<f32>(spare + row * 48 + at);
      store<f32>(target + at, from ? value + load<f32>(from + at) : value);
    }
  }
}

/** Four rows by a strip of 8. @param base the vector that each row is added to. */
function tile4x8(x: usize, xOffsets: usize, panel: usize, out: usize, outOffsets: usize, base: usize): void {
  let x0 = x + load<i32>(xOffsets);
  let x1 = x + load<i32>(xOffsets, 4);
  let x2 = x + load<i32>(xOffsets, 8);
  let x3 = x + load<i32>(xOffsets, 12);
  let c00 = zeros();
  let c01 = zeros();
  let c10 = zeros();
  let c11 = zeros();
  let c20 = zeros();
  let c21 = zeros();
  let c30 = zeros();
  let c31 = zeros();
  const bytes = segmentBytes;
  for (let segment = 0; segment < segments; segment++) {
    const end = x0 + bytes;
    while (x0 < end) {
      const b0 = v128.load(panel);
      const b1 = v128.load(panel, 16);
      const a0 = v128.load32_splat(x0);
      c00 = multiplyAdd(c00, a0, b0);
      c01 = multiplyAdd(c01, a0, b1);
      const a1 = v128.load32_splat(x1);
      c10 = multiplyAdd(c10, a1, b0);
      c11 = multiplyAdd(c11, a1, b1);
      const a2 = v128.load32_splat(x2);
      c20 = multiplyAdd(c20, a2, b0);
      c21 = multiplyAdd(c21, a2, b1);
      const a3 = v128.load32_splat(x3);
      c30 = multiplyAdd(c30, a3, b0);
      c31 = multiplyAdd(c31, a3, b1);
      x0 += FLOAT;
      x1 += FLOAT;
      x2 += FLOAT;
      x3 += FLOAT;
      panel += 8 * FLOAT;
    }
    x0 += segmentSkip;
    x1 += segmentSkip;
    x2 += segmentSkip;
    x3 += segmentSkip;
  }
  addRow8(out + load<i32>(outOffsets), base, c00, c01);
  addRow8(out + load<i32>(outOffsets, 4), base, c10, c11);
  addRow8(out + load<i32>(outOffsets, 8), base, c20, c21);
  addRow8(out + load<i32>(outOffsets, 12), base, c30, c31);
}

function addRow8(out: usize, base: usize, c0: v128, c1: v128): void {
  if (base === NOTHING) {
    v128.store(out, c0);
    v128.store(out, c1, 16);
    return;
  }
  const from = base === ITSELF ? out : base;
  v128.store(out, f32x4.add(v128.load(from), c0));
  v128.store(out, f32x4.add(v128.load(from, 16), c1), 16);
}

/** Three rows by a strip of 12. @param base the vector that each row is added to. */
function tile3x12(x: usize, xOffsets: usize, panel: usize, out: usize, outOffsets: usize, base: usize): void {
  let x0 = x + load<i32>(xOffsets);
  let x1 = x + load<i32>(xOffsets, 4);
  let x2 = x + load<i32>(xOffsets, 8);
  let c00 = zeros();
  let c01 = zeros();
  let c02 = zeros();
  let c10 = zeros();
  let c11 = zeros();
  let c12 = zeros();
  let c20 = zeros();
  let c21 = zeros();
  let c22 = zeros();
  const bytes = segmentBytes;
  for (let segment = 0; segment < segments; segment++) {
    const end = x0 + bytes;
    while (x0 < end) {
      const b0 = v128.load(panel);
      const b1 = v128.load(panel, 16);
      const b2 = v128.load(panel, 32);
      const a0 = v128.load32_splat(x0);
      c00 = multiplyAdd(c00, a0, b0);
      c01 = multiplyAdd(c01, a0, b1);
      c02 = multiplyAdd(c02, a0, b2);
      const a1 = v128.load32_splat(x1);
      c10 = multiplyAdd(c10, a1, b0);
      c11 = multiplyAdd(c11, a1, b1);
      c12 = multiplyAdd(c12, a1, b2);
      const a2 = v128.load32_splat(x2);
      c20 = multiplyAdd(c20, a2, b0);
      c21 = multiplyAdd(c21, a2, b1);
      c22 = multiplyAdd(c22, a2, b2);
      x0 += FLOAT;
      x1 += FLOAT;
      x2 += FLOAT;
      panel += 12 * FLOAT;
    }
    x0 += segmentSkip;
    x1 += segmentSkip;
    x2 += segmentSkip;
  }
  addRow12(out + load<i32>(outOffsets), base, c00, c01, c02);
  addRow12(out + load<i32>(outOffsets, 4), base, c10, c11, c12);
  addRow12(out + load<i32>(outOffsets, 8), base, c20, c21, c22);
}

function addRow12(out: usize, base: usize, c0: v128, c1: v128, c2: v128): void {
  if (base === NOTHING) {
    v128.store(out, c0);
    v128.store(out, c1, 16);
    v128.store(out, c2, 32);
    return;
  }
  const from = base === ITSELF ? out : base;
  v128.store(out, f32x4.add(v128.load(from), c0));
  v128.store(out, f32x4.add(v128.load(from, 16), c1), 16);
  v128.store(out, f32x4.add(v128.load(from, 32), c2), 32);
}
