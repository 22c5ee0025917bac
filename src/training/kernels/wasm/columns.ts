/**
 * Sums and maps over the columns of a row-major matrix, in plain JavaScript on the backend's memory. Two things make
 * them fast: a block of rows that fits the first-level cache is walked once for every few columns, so that sums stay in
 * registers; and they are kept in float64, so that one pass is enough for a variance.
 */

const blockElements = 4096;

/** Row numbers [from, to) of each block in turn. */
function* blocks(rows: number, columns: number): Generator<readonly [number, number]> {
  const size = Math.max(1, Math.floor(blockElements / columns));
  for (let from = 0; from < rows; from += size) yield [from, Math.min(rows, from + size)];
}

/**
 * Σ a and Σ a·b of each column.
 *
 * @param a row-major, rows × columns.
 * @param b as `a`; may be `a` itself.
 */
export function columnSums(
  a: Float32Array,
  b: Float32Array,
  columns: number,
): { readonly sums: Float64Array; readonly products: Float64Array } {
  const sums = new Float64Array(columns);
  const products = new Float64Array(columns);
  for (const [from, to] of blocks(a.length / columns, columns)) {
    let column = 0;
    for (; column + 4 <= columns; column += 4)
      addFour(a, b, from * columns + column, to * columns, columns, sums, products, column);
    for (; column < columns; column++)
      addOne(a, b, from * columns + column, to * columns, columns, sums, products, column);
  }
  return { sums, products };
}

function addFour(
  a: Float32Array,
  b: Float32Array,
  start: number,
  end: number,
  columns: number,
  sums: Float64Array,
  products: Float64Array,
  column: number,
): void {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let p0 = 0;
  let p1 = 0;
  let p2 = 0;
  let p3 = 0;
  for (let at = start; at < end; at += columns) {
    const a0 = a[at] as number;
    const a1 = a[at + 1] as number;
    const a2 = a[at + 2] as number;
    const a3 = a[at + 3] as number;
    s0 += a0;
    s1 += a1;
    s2 += a2;
    s3 += a3;
    p0 += a0 * (b[at] as number);
    p1 += a1 * (b[at + 1] as number);
    p2 += a2 * (b[at + 2] as number);
    p3 += a3 * (b[at + 3] as number);
  }
  add(sums, column, s0);
  add(sums, column + 1, s1);
  add(sums, column + 2, s2);
  add(sums, column + 3, s3);
  add(products, column, p0);
  add(products, column + 1, p1);
  add(products, column + 2, p2);
  add(products, column + 3, p3);
}

function addOne(
  a: Float32Array,
  b: Float32Array,
  start: number,
  end: number,
  columns: number,
  sums: Float64Array,
  products: Float64Array,
  column: number,
): void {
  let sum = 0;
  let product = 0;
  for (let at = start; at < end; at += columns) {
    const value = a[at] as number;
    sum += value;
    product += value * (b[at] as number);
  }
  add(sums, column, sum);
  add(products, column, product);
}

function add(values: Float64Array, index: number, term: number): void {
  values[index] = (values[index] as number) + term;
}

/**
 * `out = factor·x + offset`, column by column, rectified if asked. max(v, 0) is written (v + |v|)/2, which needs no
 * branch; the signs of activations cannot be predicted.
 */
export function scaleColumns(
  x: Float32Array,
  out: Float32Array,
  factors: Float64Array,
  offsets: Float64Array,
  isRectified: boolean,
): void {
  const scalePair = isRectified ? scalePairRectified : scalePairLinearly;
  const columns = factors.length;
  for (const [from, to] of blocks(x.length / columns, columns)) {
    for (let column = 0; column < columns; column += 2) {
      const other = column + 1 < columns ? 1 : 0; // the last of an odd number is done twice
      scalePair(x, out, from * columns + column, to * columns, columns, other, factors, offsets, column);
    }
  }
}

function scalePairRectified(
  x: Float32Array,
  out: Float32Array,
  start: number,
  end: number,
  columns: number,
  other: number,
  factors: Float64Array,
  offsets: Float64Array,
  column: number,
): void {
  const factor0 = factors[column] as number;
  const factor1 = factors[column + other] as number;
  const offset0 = offsets[column] as number;
  const offset1 = offsets[column + other] as number;
  for (let at = start; at < end; at += columns) {
    const value0 = (x[at] as number) * factor0 + offset0;
    const value1 = (x[at + other] as number) * factor1 + offset1;
    out[at] = (value0 + Math.abs(value0)) * 0.5;
    out[at + other] = (value1 + Math.abs(value1)) * 0.5;
  }
}

function scalePairLinearly(
  x: Float32Array,
  out: Float32Array,
  start: number,
  end: number,
  columns: number,
  other: number,
  factors: Float64Array,
  offsets: Float64Array,
  column: number,
): void {
  const factor0 = factors[column] as number;
  const factor1 = factors[column + other] as number;
  const offset0 = offsets[column] as number;
  const offset1 = offsets[column + other] as number;
  for (let at = start; at < end; at += columns) {
    out[at] = (x[at] as number) * factor0 + offset0;
    out[at + other] = (x[at + other] as number) * factor1 + offset1;
  }
}

/** `out = p·a + q·b + r`, column by column. */
export function mixColumns(
  a: Float32Array,
  b: Float32Array,
  out: Float32Array,
  coefficients: { readonly p: Float64Array; readonly q: Float64Array; readonly r: Float64Array },
): void {
  const columns = coefficients.p.length;
  for (const [from, to] of blocks(a.length / columns, columns)) {
    for (let column = 0; column < columns; column += 2) {
      const other = column + 1 < columns ? 1 : 0;
      mixPair(a, b, out, from * columns + column, to * columns, columns, other, coefficients, column);
    }
  }
}

function mixPair(
  a: Float32Array,
  b: Float32Array,
  out: Float32Array,
  start: number,
  end: number,
  columns: number,
  other: number,
  { p, q, r }: { readonly p: Float64Array; readonly q: Float64Array; readonly r: Float64Array },
  column: number,
): void {
  const p0 = p[column] as number;
  const p1 = p[column + other] as number;
  const q0 = q[column] as number;
  const q1 = q[column + other] as number;
  const r0 = r[column] as number;
  const r1 = r[column + other] as number;
  for (let at = start; at < end; at += columns) {
    out[at] = (a[at] as number) * p0 + (b[at] as number) * q0 + r0;
    out[at + other] = (a[at + other] as number) * p1 + (b[at + other] as number) * q1 + r1;
  }
}
