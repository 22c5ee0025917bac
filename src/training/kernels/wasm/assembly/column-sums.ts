/**
 * Sums over the rows of a matrix, column by column. A block of rows is added up in float32, four columns at a time, and
 * the blocks in float64, so that the error does not grow with the number of rows.
 */
import { FLOAT, multiplyAdd, multiplyAddFloat, zeros } from './simd';

/** Rows of a block. */
const BLOCK: i32 = 64;

/** Bytes of float64 sums for `columns`; {@link sumOf} says where each stands. */
export function sumBytes(columns: i32): i32 {
  return ((columns + 7) & ~3) * 8;
}

/**
 * The address of a column's sum. The last four columns have places of their own, as some of them are added up twice.
 */
export function sumOf(sums: usize, column: i32, columns: i32): f64 {
  const whole = columns & ~3;
  const place = column < whole || columns < 4 ? column : column - columns + 4 + whole;
  return load<f64>(sums + place * 8);
}

/** The terms that are summed up for each element of a matrix. */
export enum Term {
  /** a */
  Plain,
  /** a − c, and its square */
  Centred,
  /** a, and a·(b − c) */
  Product,
  /** as Product, with 0 in place of a unless b·f + o is positive */
  RectifiedProduct,
}

/** The operands of the terms besides a: all [rows, columns] or [columns]. */
let second: usize = 0;
let centres: usize = 0;
let factors: usize = 0;
let offsets: usize = 0;

/** Sets b, c, f and o of the {@link Term}. */
export function setOperands(b: usize, c: usize, f: usize, o: usize): void {
  second = b;
  centres = c;
  factors = f;
  offsets = o;
}

/**
 * Sums up a term, and the second one where it has two.
 *
 * @param a [rows, columns].
 * @param sums {@link sumBytes}, overwritten; likewise `others`.
 */
export function sumColumns(term: Term, a: usize, rows: i32, columns: i32, sums: usize, others: usize): void {
  memory.fill(sums, 0, sumBytes(columns));
  memory.fill(others, 0, sumBytes(columns));
  const whole = columns & ~3;
  for (let from = 0; from < rows; from += BLOCK) {
    const count = min(BLOCK, rows - from);
    const block = from * columns * FLOAT;
    if (columns < 4) {
      for (let column = 0; column < columns; column++) {
        sumOne(term, a + block, block, column, count, columns, sums + column * 8, others + column * 8);
      }
      continue;
    }
    for (let column = 0; column < whole; column += 4) {
      sumFour(term, a + block, block, column, count, columns, sums + column * 8, others + column * 8);
    }
    if (whole < columns) {
      sumFour(term, a + block, block, columns - 4, count, columns, sums + whole * 8, others + whole * 8);
    }
  }
}

/** Adds the sums of four columns in a block of rows. */
function sumFour(
  term: Term,
  a: usize,
  block: usize,
  column: usize,
  rows: i32,
  columns: usize,
  sums: usize,
  others: usize,
): void {
  const at = column * FLOAT;
  const step = columns * FLOAT;
  a += at;
  if (term === Term.Plain) sumPlain(a, step, rows, sums);
  else if (term === Term.Centred) sumCentred(a, step, rows, v128.load(centres + at), sums, others);
  else if (term === Term.Product) sumProduct(a, second + block + at, step, rows, v128.load(centres + at), sums, others);
  else sumRectified(a, second + block + at, step, rows, at, sums, others);
}

function sumPlain(a: usize, step: usize, rows: i32, sums: usize): void {
  let sum = zeros();
  let other = zeros();
  const end = a + rows * step;
  for (; a + step < end; a += 2 * step) {
    sum = f32x4.add(sum, v128.load(a));
    other = f32x4.add(other, v128.load(a + step));
  }
  if (a < end) sum = f32x4.add(sum, v128.load(a));
  addTo(sums, f32x4.add(sum, other));
}

function sumCentred(a: usize, step: usize, rows: i32, centre: v128, sums: usize, squares: usize): void {
  let sum = zeros();
  let sum1 = zeros();
  let square = zeros();
  let square1 = zeros();
  const end = a + rows * step;
  for (; a + step < end; a += 2 * step) {
    const value = f32x4.sub(v128.load(a), centre);
    const value1 = f32x4.sub(v128.load(a + step), centre);
    sum = f32x4.add(sum, value);
    sum1 = f32x4.add(sum1, value1);
    square = multiplyAdd(square, value, value);
    square1 = multiplyAdd(square1, value1, value1);
  }
  if (a < end) {
    const value = f32x4.sub(v128.load(a), centre);
    sum = f32x4.add(sum, value);
    square = multiplyAdd(square, value, value);
  }
  addTo(sums, f32x4.add(sum, sum1));
  addTo(squares, f32x4.add(square, square1));
}

function sumProduct(a: usize, b: usize, step: usize, rows: i32, centre: v128, sums: usize, products: usize): void {
  let sum = zeros();
  let product = zeros();
  for (let row = 0; row < rows; row++) {
    const value = v128.load(a);
    sum = f32x4.add(sum, value);
    product = multiplyAdd(product, value, f32x4.sub(v128.load(b), centre));
    a += step;
    b += step;
  }
  addTo(sums, sum);
  addTo(products, product);
}

function sumRectified(a: usize, b: usize, step: usize, rows: i32, at: usize, sums: usize, products: usize): void {
  const centre = v128.load(centres + at);
  const factor = v128.load(factors + at);
  const offset = v128.load(offsets + at);
  let sum = zeros();
  let sum1 = zeros();
  let product = zeros();
  let product1 = zeros();
  const end = a + rows * step;
  for (; a + step < end; a += 2 * step) {
    const x = v128.load(b);
    const x1 = v128.load(b + step);
    const value = rectified(v128.load(a), x, factor, offset);
    const value1 = rectified(v128.load(a + step), x1, factor, offset);
    sum = f32x4.add(sum, value);
    sum1 = f32x4.add(sum1, value1);
    product = multiplyAdd(product, value, f32x4.sub(x, centre));
    product1 = multiplyAdd(product1, value1, f32x4.sub(x1, centre));
    b += 2 * step;
  }
  if (a < end) {
    const x = v128.load(b);
    const value = rectified(v128.load(a), x, factor, offset);
    sum = f32x4.add(sum, value);
    product = multiplyAdd(product, value, f32x4.sub(x, centre));
  }
  addTo(sums, f32x4.add(sum, sum1));
  addTo(products, f32x4.add(product, product1));
}

/** The gradient behind a ReLU of x·factor + offset. */
export function rectified(dy: v128, x: v128, factor: v128, offset: v128): v128 {
  return v128.and(dy, f32x4.gt(multiplyAdd(offset, x, factor), zeros()));
}

/** Adds four float32 sums to the float64 ones. */
function addTo(sums: usize, four: v128): void {
  const high = v128.shuffle<f32>(four, four, 2, 3, 2, 3);
  v128.store(sums, f64x2.add(v128.load(sums), f64x2.promote_low_f32x4(four)));
  v128.store(sums, f64x2.add(v128.load(sums, 16), f64x2.promote_low_f32x4(high)), 16);
}

/** Adds the sums of one column in a block of rows, for matrices of fewer than four columns. */
function sumOne(
  term: Term,
  a: usize,
  block: usize,
  column: i32,
  rows: i32,
  columns: i32,
  sums: usize,
  others: usize,
): void {
  const centre: f32 = term === Term.Plain ? 0 : load<f32>(centres + column * FLOAT);
  let sum: f64 = 0;
  let other: f64 = 0;
  for (let row = 0; row < rows; row++) {
    const at = (row * columns + column) * FLOAT;
    let value = load<f32>(a + at);
    let factor = value - centre;
    if (term === Term.Centred) value -= centre;
    else if (term !== Term.Plain) {
      const x = load<f32>(second + block + at);
      factor = x - centre;
      if (term === Term.RectifiedProduct) {
        const y = multiplyAddFloat(load<f32>(offsets + column * FLOAT), x, load<f32>(factors + column * FLOAT));
        if (!(y > 0)) value = 0;
      }
    }
    sum += value;
    other += <f64>value * factor;
  }
  store<f64>(sums, load<f64>(sums) + sum);
  store<f64>(others, load<f64>(others) + other);
}

/** Bytes that {@link columnSums} needs in `scratch`. */
export function columnSumsScratch(columns: i32): i32 {
  return 2 * sumBytes(columns);
}

/**
 * out = Σ over the rows of x.
 *
 * @param x [rows, columns].
 * @param out [columns], overwritten.
 * @param scratch Memory of {@link columnSumsScratch} bytes.
 */
export function columnSums(x: usize, out: usize, rows: i32, columns: i32, scratch: usize): void {
  sumColumns(Term.Plain, x, rows, columns, scratch, scratch + sumBytes(columns));
  for (let column = 0; column < columns; column++) {
    store<f32>(out + column * FLOAT, <f32>sumOf(scratch, column, columns));
  }
}
