/**
 * The transforms of Winograd's minimal filtering (Winograd 1980; Lavin & Gray 2016) on tiles of 6×6, four channels at a
 * time. A filter of r×r gives m×m outputs a tile, m = 7 − r, at 36 products instead of m²r².
 *
 * The polynomials are evaluated at 0, ±a, ±b and ∞ with a = 3/4 and b = 3/2: every coefficient below is exact in
 * float32, and the error is a third of that of the customary 1 and 2 (3e-6 of the largest value in a gradient by the
 * filter, 1e-6 elsewhere; Barabasz et al. 2020 on the choice of points).
 *
 * A tile is 36 vectors, row by row. Each transform works on lines: six (or m) vectors `step` bytes apart become m (or
 * six) vectors `toStep` apart, for some lines that begin `next` bytes apart and become lines `toNext` apart. A call for
 * each line would cost as much as its arithmetic.
 */
import { multiplyAdd, zeros } from './simd';

/** Bytes of a tile of four channels. */
export const TILE: i32 = 36 * 16;

/** Bytes of a line of a tile. */
export const LINE: i32 = 6 * 16;

const a: f32 = 0.75;
const b: f32 = 1.5;
const a2: f32 = a * a;
const b2: f32 = b * b;
const a2b2: f32 = a2 * b2;
const sum: f32 = a2 + b2;

function scaled(factor: f32, value: v128): v128 {
  return f32x4.mul(f32x4.splat(factor), value);
}

/** total + factor·value */
function plus(total: v128, factor: f32, value: v128): v128 {
  return multiplyAdd(total, f32x4.splat(factor), value);
}

/** Writes even + factor·odd and even − factor·odd. */
function storeBoth(plusTo: usize, minusTo: usize, even: v128, factor: f32, odd: v128): void {
  if (ASC_FEATURE_RELAXED_SIMD) {
    v128.store(plusTo, plus(even, factor, odd));
    v128.store(minusTo, plus(even, -factor, odd));
    return;
  }
  const product = scaled(factor, odd);
  v128.store(plusTo, f32x4.add(even, product));
  v128.store(minusTo, f32x4.sub(even, product));
}

/** Inputs: six to six. */
export function inputLines(
  from: usize,
  step: usize,
  next: usize,
  to: usize,
  toStep: usize,
  toNext: usize,
  lines: i32,
): void {
  for (let line = 0; line < lines; line++) {
    inputLine(from, step, to, toStep);
    from += next;
    to += toNext;
  }
}

function inputLine(from: usize, step: usize, to: usize, toStep: usize): void {
  const d0 = v128.load(from);
  const d1 = v128.load(from + step);
  const d2 = v128.load(from + 2 * step);
  const d3 = v128.load(from + 3 * step);
  const d4 = v128.load(from + 4 * step);
  const d5 = v128.load(from + 5 * step);
  v128.store(to, plus(plus(d4, -sum, d2), a2b2, d0));
  storeBoth(to + toStep, to + 2 * toStep, plus(d4, -b2, d2), a, plus(d3, -b2, d1));
  storeBoth(to + 3 * toStep, to + 4 * toStep, plus(d4, -a2, d2), b, plus(d3, -a2, d1));
  v128.store(to + 5 * toStep, plus(plus(d5, -sum, d3), a2b2, d1));
}

/** The transpose of {@link inputLines}. */
export function inputGradientLines(
  from: usize,
  step: usize,
  next: usize,
  to: usize,
  toStep: usize,
  toNext: usize,
  lines: i32,
): void {
  for (let line = 0; line < lines; line++) {
    inputGradientLine(from, step, to, toStep);
    from += next;
    to += toNext;
  }
}

function inputGradientLine(from: usize, step: usize, to: usize, toStep: usize): void {
  const t0 = v128.load(from);
  const t1 = v128.load(from + step);
  const t2 = v128.load(from + 2 * step);
  const t3 = v128.load(from + 3 * step);
  const t4 = v128.load(from + 4 * step);
  const t5 = v128.load(from + 5 * step);
  const evenA = f32x4.add(t1, t2);
  const oddA = scaled(a, f32x4.sub(t1, t2));
  const evenB = f32x4.add(t3, t4);
  const oddB = scaled(b, f32x4.sub(t3, t4));
  v128.store(to, scaled(a2b2, t0));
  v128.store(to + toStep, plus(plus(scaled(a2b2, t5), -b2, oddA), -a2, oddB));
  v128.store(to + 2 * toStep, plus(plus(scaled(-sum, t0), -b2, evenA), -a2, evenB));
  v128.store(to + 3 * toStep, plus(f32x4.add(oddA, oddB), -sum, t5));
  v128.store(to + 4 * toStep, f32x4.add(f32x4.add(evenA, evenB), t0));
  v128.store(to + 5 * toStep, t5);
}

/** Outputs: six to `size` (m). */
export function outputLines(
  from: usize,
  step: usize,
  next: usize,
  to: usize,
  toStep: usize,
  toNext: usize,
  lines: i32,
  size: i32,
): void {
  for (let line = 0; line < lines; line++) {
    outputLine(from, step, to, toStep, size);
    from += next;
    to += toNext;
  }
}

function outputLine(from: usize, step: usize, to: usize, toStep: usize, size: i32): void {
  const t1 = v128.load(from + step);
  const t2 = v128.load(from + 2 * step);
  const t3 = v128.load(from + 3 * step);
  const t4 = v128.load(from + 4 * step);
  const last = v128.load(from + 5 * step);
  const evenA = f32x4.add(t1, t2);
  const oddA = scaled(a, f32x4.sub(t1, t2));
  const evenB = f32x4.add(t3, t4);
  const oddB = scaled(b, f32x4.sub(t3, t4));
  v128.store(to, f32x4.add(v128.load(from), f32x4.add(evenA, evenB)));
  const y1 = f32x4.add(oddA, oddB);
  v128.store(to + toStep, size === 2 ? f32x4.add(y1, last) : y1);
  if (size === 2) return;
  const y2 = plus(scaled(a2, evenA), b2, evenB);
  v128.store(to + 2 * toStep, size === 3 ? f32x4.add(y2, last) : y2);
  if (size === 3) return;
  v128.store(to + 3 * toStep, f32x4.add(plus(scaled(a2, oddA), b2, oddB), last));
}

/** The transpose of {@link outputLines}. */
export function outputGradientLines(
  from: usize,
  step: usize,
  next: usize,
  to: usize,
  toStep: usize,
  toNext: usize,
  lines: i32,
  size: i32,
): void {
  for (let line = 0; line < lines; line++) {
    outputGradientLine(from, step, to, toStep, size);
    from += next;
    to += toNext;
  }
}

function outputGradientLine(from: usize, step: usize, to: usize, toStep: usize, size: i32): void {
  const y0 = v128.load(from);
  const y1 = v128.load(from + step);
  const y2 = size > 2 ? v128.load(from + 2 * step) : zeros();
  const y3 = size > 3 ? v128.load(from + 3 * step) : zeros();
  v128.store(to, y0);
  storeBoth(to + toStep, to + 2 * toStep, plus(y0, a2, y2), a, plus(y1, a2, y3));
  storeBoth(to + 3 * toStep, to + 4 * toStep, plus(y0, b2, y2), b, plus(y1, b2, y3));
  v128.store(to + 5 * toStep, size === 2 ? y1 : size === 3 ? y2 : y3);
}

/** Coefficient of the filter's element k at point j: pₖʲ over the product of the point's distances to the others. */
function filterFactor(j: i32, k: i32, size: i32): f64 {
  if (j === 5) return k === size - 1 ? 1 : 0;
  if (j === 0) return k === 0 ? 1 / (<f64>a2 * b2) : 0;
  const isA = j < 3;
  const point: f64 = isA ? a : b;
  const square = point * point;
  const other: f64 = isA ? b2 : a2;
  let power: f64 = 1;
  for (let at = 0; at < k; at++) power *= j & 1 ? point : -point;
  return power / (2 * square * (square - other));
}

/** Bytes of the filter's coefficients. */
export const FACTORS: i32 = 6 * 5 * 4;

/** Writes the coefficients of a filter of `size` (r), [6, r], for {@link filterLine} and {@link filterGradientLine}. */
export function setFilterFactors(factors: usize, size: i32): void {
  for (let j = 0; j < 6; j++) {
    for (let k = 0; k < size; k++) store<f32>(factors + (j * size + k) * 4, <f32>filterFactor(j, k, size));
  }
}

/** Filters: `size` (r) to six. */
export function filterLine(from: usize, step: usize, to: usize, toStep: usize, size: i32, factors: usize): void {
  for (let j = 0; j < 6; j++) {
    let total = zeros();
    for (let k = 0; k < size; k++) {
      total = multiplyAdd(total, v128.load32_splat(factors + (j * size + k) * 4), v128.load(from + k * step));
    }
    v128.store(to + j * toStep, total);
  }
}

/** The transpose of {@link filterLine}. */
export function filterGradientLine(
  from: usize,
  step: usize,
  to: usize,
  toStep: usize,
  size: i32,
  factors: usize,
): void {
  for (let k = 0; k < size; k++) {
    let total = zeros();
    for (let j = 0; j < 6; j++) {
      total = multiplyAdd(total, v128.load32_splat(factors + (j * size + k) * 4), v128.load(from + j * step));
    }
    v128.store(to + k * toStep, total);
  }
}
