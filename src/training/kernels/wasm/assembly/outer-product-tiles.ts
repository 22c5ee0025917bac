/**
 * The tiles of sums of outer products: 3 or 4 inputs by 8 or 12 output channels stay in registers while they walk over
 * the positions. More accumulators would not fit the sixteen registers of x86-64, fewer would wait for the adder.
 */
import { multiplyAdd } from './simd';

/**
 * Bytes from the inputs of one position to those of the next in its row, and from the first of a row to the first of
 * the next row.
 */
let xStep: usize = 0;
let xRow: usize = 0;
/** Bytes from one row of `out`, or from one position of dy, to the next. */
let outRow: usize = 0;

/** Sets the distances in bytes: between positions in a row, between rows of positions. */
export function setSteps(step: usize, row: usize): void {
  xStep = step;
  xRow = row;
}

/** Sets the bytes of a row of `out` and of a position of dy. */
export function setOutRow(bytes: usize): void {
  outRow = bytes;
}

/** 4 inputs by 12 output channels. */
export function tile4x12(x: usize, dy: usize, out: usize, rows: i32, columns: i32): void {
  const out1 = out + outRow;
  const out2 = out1 + outRow;
  const out3 = out2 + outRow;
  let c00 = v128.load(out);
  let c01 = v128.load(out, 16);
  let c02 = v128.load(out, 32);
  let c10 = v128.load(out1);
  let c11 = v128.load(out1, 16);
  let c12 = v128.load(out1, 32);
  let c20 = v128.load(out2);
  let c21 = v128.load(out2, 16);
  let c22 = v128.load(out2, 32);
  let c30 = v128.load(out3);
  let c31 = v128.load(out3, 16);
  let c32 = v128.load(out3, 32);
  const step = xStep;
  const dyStep = outRow;
  for (let i = 0; i < rows; i++) {
    let at = x;
    for (let j = 0; j < columns; j++) {
      const d0 = v128.load(dy);
      const d1 = v128.load(dy, 16);
      const d2 = v128.load(dy, 32);
      const x0 = v128.load32_splat(at);
      c00 = multiplyAdd(c00, x0, d0);
      c01 = multiplyAdd(c01, x0, d1);
      c02 = multiplyAdd(c02, x0, d2);
      const x1 = v128.load32_splat(at, 4);
      c10 = multiplyAdd(c10, x1, d0);
      c11 = multiplyAdd(c11, x1, d1);
      c12 = multiplyAdd(c12, x1, d2);
      const x2 = v128.load32_splat(at, 8);
      c20 = multiplyAdd(c20, x2, d0);
      c21 = multiplyAdd(c21, x2, d1);
      c22 = multiplyAdd(c22, x2, d2);
      const x3 = v128.load32_splat(at, 12);
      c30 = multiplyAdd(c30, x3, d0);
      c31 = multiplyAdd(c31, x3, d1);
      c32 = multiplyAdd(c32, x3, d2);
      at += step;
      dy += dyStep;
    }
    x += xRow;
  }
  v128.store(out, c00);
  v128.store(out, c01, 16);
  v128.store(out, c02, 32);
  v128.store(out1, c10);
  v128.store(out1, c11, 16);
  v128.store(out1, c12, 32);
  v128.store(out2, c20);
  v128.store(out2, c21, 16);
  v128.store(out2, c22, 32);
  v128.store(out3, c30);
  v128.store(out3, c31, 16);
  v128.store(out3, c32, 32);
}

/** 4 inputs by 8 output channels. */
export function tile4x8(x: usize, dy: usize, out: usize, rows: i32, columns: i32): void {
  const out1 = out + outRow;
  const out2 = out1 + outRow;
  const out3 = out2 + outRow;
  let c00 = v128.load(out);
  let c01 = v128.load(out, 16);
  let c10 = v128.load(out1);
  let c11 = v128.load(out1, 16);
  let c20 = v128.load(out2);
  let c21 = v128.load(out2, 16);
  let c30 = v128.load(out3);
  let c31 = v128.load(out3, 16);
  const step = xStep;
  const dyStep = outRow;
  for (let i = 0; i < rows; i++) {
    let at = x;
    for (let j = 0; j < columns; j++) {
      const d0 = v128.load(dy);
      const d1 = v128.load(dy, 16);
      const x0 = v128.load32_splat(at);
      c00 = multiplyAdd(c00, x0, d0);
      c01 = multiplyAdd(c01, x0, d1);
      const x1 = v128.load32_splat(at, 4);
      c10 = multiplyAdd(c10, x1, d0);
      c11 = multiplyAdd(c11, x1, d1);
      const x2 = v128.load32_splat(at, 8);
      c20 = multiplyAdd(c20, x2, d0);
      c21 = multiplyAdd(c21, x2, d1);
      const x3 = v128.load32_splat(at, 12);
      c30 = multiplyAdd(c30, x3, d0);
      c31 = multiplyAdd(c31, x3, d1);
      at += step;
      dy += dyStep;
    }
    x += xRow;
  }
  v128.store(out, c00);
  v128.store(out, c01, 16);
  v128.store(out1, c10);
  v128.store(out1, c11, 16);
  v128.store(out2, c20);
  v128.store(out2, c21, 16);
  v128.store(out3, c30);
  v128.store(out3, c31, 16);
}

/** 3 inputs by 12 output channels. */
export function tile3x12(x: usize, dy: usize, out: usize, rows: i32, columns: i32): void {
  const out1 = out + outRow;
  const out2 = out1 + outRow;
  let c00 = v128.load(out);
  let c01 = v128.load(out, 16);
  let c02 = v128.load(out, 32);
  let c10 = v128.load(out1);
  let c11 = v128.load(out1, 16);
  let c12 = v128.load(out1, 32);
  let c20 = v128.load(out2);
  let c21 = v128.load(out2, 16);
  let c22 = v128.load(out2, 32);
  const step = xStep;
  const dyStep = outRow;
  for (let i = 0; i < rows; i++) {
    let at = x;
    for (let j = 0; j < columns; j++) {
      const d0 = v128.load(dy);
      const d1 = v128.load(dy, 16);
      const d2 = v128.load(dy, 32);
      const x0 = v128.load32_splat(at);
      c00 = multiplyAdd(c00, x0, d0);
      c01 = multiplyAdd(c01, x0, d1);
      c02 = multiplyAdd(c02, x0, d2);
      const x1 = v128.load32_splat(at, 4);
      c10 = multiplyAdd(c10, x1, d0);
      c11 = multiplyAdd(c11, x1, d1);
      c12 = multiplyAdd(c12, x1, d2);
      const x2 = v128.load32_splat(at, 8);
      c20 = multiplyAdd(c20, x2, d0);
      c21 = multiplyAdd(c21, x2, d1);
      c22 = multiplyAdd(c22, x2, d2);
      at += step;
      dy += dyStep;
    }
    x += xRow;
  }
  v128.store(out, c00);
  v128.store(out, c01, 16);
  v128.store(out, c02, 32);
  v128.store(out1, c10);
  v128.store(out1, c11, 16);
  v128.store(out1, c12, 32);
  v128.store(out2, c20);
  v128.store(out2, c21, 16);
  v128.store(out2, c22, 32);
}

/** 3 inputs by 8 output channels. */
export function tile3x8(x: usize, dy: usize, out: usize, rows: i32, columns: i32): void {
  const out1 = out + outRow;
  const out2 = out1 + outRow;
  let c00 = v128.load(out);
  let c01 = v128.load(out, 16);
  let c10 = v128.load(out1);
  let c11 = v128.load(out1, 16);
  let c20 = v128.load(out2);
  let c21 = v128.load(out2, 16);
  const step = xStep;
  const dyStep = outRow;
  for (let i = 0; i < rows; i++) {
    let at = x;
    for (let j = 0; j < columns; j++) {
      const d0 = v128.load(dy);
      const d1 = v128.load(dy, 16);
      const x0 = v128.load32_splat(at);
      c00 = multiplyAdd(c00, x0, d0);
      c01 = multiplyAdd(c01, x0, d1);
      const x1 = v128.load32_splat(at, 4);
      c10 = multiplyAdd(c10, x1, d0);
      c11 = multiplyAdd(c11, x1, d1);
      const x2 = v128.load32_splat(at, 8);
      c20 = multiplyAdd(c20, x2, d0);
      c21 = multiplyAdd(c21, x2, d1);
      at += step;
      dy += dyStep;
    }
    x += xRow;
  }
  v128.store(out, c00);
  v128.store(out, c01, 16);
  v128.store(out1, c10);
  v128.store(out1, c11, 16);
  v128.store(out2, c20);
  v128.store(out2, c21, 16);
}

/** 1 input by 4 output channels. */
export function tile1x4(x: usize, dy: usize, out: usize, rows: i32, columns: i32): void {
  let c00 = v128.load(out);
  const step = xStep;
  const dyStep = outRow;
  for (let i = 0; i < rows; i++) {
    let at = x;
    for (let j = 0; j < columns; j++) {
      const d0 = v128.load(dy);
      const x0 = v128.load32_splat(at);
      c00 = multiplyAdd(c00, x0, d0);
      at += step;
      dy += dyStep;
    }
    x += xRow;
  }
  v128.store(out, c00);
}
