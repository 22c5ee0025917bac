/** Products of two matrices, either of which may be given transposed. */
import { narrow, widen } from './filter-gradient';
import { addOuterProducts } from './outer-product';
import { setSteps } from './outer-product-tiles';
import { layOut, layOutTransposed, panelBytes, tiled, transposeFour } from './panels';
import { evenOffsets, multiply, offsetBytes, SPARE, setRows } from './product';
import { FLOAT } from './simd';

/**
 * Terms of the sums that are added up at a time, so that a strip of the second matrix stays in the first-level cache.
 */
const DEPTH: i32 = 256;

/** Terms at a time where the first matrix is transposed: rows of both matrices stay in that cache. */
const OUTER_DEPTH: i32 = 64;

/** Bytes that {@link matMul} needs in `scratch`. */
export function matMulScratch(rows: i32, depth: i32, columns: i32, isFirstTransposed: bool): i32 {
  if (isFirstTransposed) return (depth + rows) * tiled(columns) * FLOAT;
  return SPARE + 2 * offsetBytes(rows) + panelBytes(min(DEPTH, depth), columns);
}

/**
 * out = a · b + bias.
 *
 * @param a [rows, depth], or [depth, rows] where it is transposed.
 * @param b [depth, columns], or [columns, depth] where it is transposed.
 * @param bias [columns], or 0 for none.
 * @param out [rows, columns], overwritten.
 * @param scratch Memory of {@link matMulScratch} bytes.
 */
export function matMul(
  a: usize,
  b: usize,
  bias: usize,
  out: usize,
  rows: i32,
  depth: i32,
  columns: i32,
  isFirstTransposed: bool,
  isSecondTransposed: bool,
  scratch: usize,
): void {
  if (isFirstTransposed) outer(a, b, bias, out, rows, depth, columns, isSecondTransposed, scratch);
  else inner(a, b, bias, out, rows, depth, columns, isSecondTransposed, scratch);
}

function inner(
  a: usize,
  b: usize,
  bias: usize,
  out: usize,
  rows: i32,
  depth: i32,
  columns: i32,
  isTransposed: bool,
  scratch: usize,
): void {
  const sources = scratch + SPARE;
  const targets = sources + offsetBytes(rows);
  const panels = targets + offsetBytes(rows);
  evenOffsets(sources, rows, depth * FLOAT);
  evenOffsets(targets, rows, columns * FLOAT);
  for (let from = 0; from < depth; from += DEPTH) {
    const terms = min(DEPTH, depth - from);
    if (isTransposed) layOutTransposed(b + from * FLOAT, depth * FLOAT, terms, columns, panels);
    else layOut(b + from * columns * FLOAT, columns * FLOAT, terms, columns, panels);
    setRows(1, terms * FLOAT, 0);
    multiply(a + from * FLOAT, sources, rows, panels, columns, out, targets, bias, from > 0, scratch);
  }
}

/** The form for a transposed first matrix: sums of outer products of rows. */
function outer(
  a: usize,
  b: usize,
  bias: usize,
  out: usize,
  rows: i32,
  depth: i32,
  columns: i32,
  isTransposed: bool,
  scratch: usize,
): void {
  const wide = tiled(columns);
  const isWide = wide === columns;
  const row = wide * FLOAT;
  const result = isWide ? out : scratch + depth * row;
  let second = b;
  if (isTransposed) {
    for (let column = 0; column < wide; column += 4) {
      const present = max(0, min(4, columns - column));
      transposeFour(b + column * depth * FLOAT, depth * FLOAT, depth, present, scratch + column * FLOAT, row);
    }
    second = scratch;
  } else if (!isWide) {
    widen(b, scratch, depth, columns, wide);
    second = scratch;
  }
  memory.fill(result, 0, rows * row);
  if (bias) for (let at = 0; at < rows; at++) memory.copy(result + at * row, bias, columns * FLOAT);
  setSteps(rows * FLOAT, 0);
  for (let from = 0; from < depth; from += OUTER_DEPTH) {
    const terms = min(OUTER_DEPTH, depth - from);
    addOuterProducts(a + from * rows * FLOAT, second + from * row, result, rows, wide, 1, terms);
  }
  if (!isWide) narrow(result, out, rows, wide, columns);
}
