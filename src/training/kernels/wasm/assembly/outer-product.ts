/**
 * Sums of outer products, out += Σ x ⊗ dy over positions: the gradient of a convolution by its filter, and of a dense
 * layer by its weights.
 */
import { setOutRow, tile1x4, tile3x8, tile3x12, tile4x8, tile4x12 } from './outer-product-tiles';
import { stripWidth } from './panels';
import { FLOAT } from './simd';

/**
 * out[a, k] += Σ x[position, a] · dy[position, k].
 *
 * @param x at position (i, j) the inputs lie at x + i · row + j · step (`setSteps`).
 * @param dy [rows · columns, channels].
 * @param out [inputs, channels].
 * @param channels as `tiled` (panels.ts) gives them.
 */
export function addOuterProducts(
  x: usize,
  dy: usize,
  out: usize,
  inputs: i32,
  channels: i32,
  rows: i32,
  columns: i32,
): void {
  const outRow = channels * FLOAT;
  setOutRow(outRow);
  // Fours and threes without a rest, where possible: 9 = 3 + 3 + 3, 10 = 4 + 3 + 3, 11 = 4 + 4 + 3.
  const wanted = (4 - (inputs & 3)) & 3;
  const threes = 3 * wanted <= inputs ? wanted : 0;
  const fours = (inputs - 3 * threes) >> 2;
  let input = 0;
  for (let tile = 0; tile < fours; tile++) {
    fourInputs(x, dy, out, channels, rows, columns);
    x += 4 * FLOAT;
    out += 4 * outRow;
    input += 4;
  }
  for (let tile = 0; tile < threes; tile++) {
    threeInputs(x, dy, out, channels, rows, columns);
    x += 3 * FLOAT;
    out += 3 * outRow;
    input += 3;
  }
  for (; input < inputs; input++) {
    oneInput(x, dy, out, channels, rows, columns);
    x += FLOAT;
    out += outRow;
  }
}

function fourInputs(x: usize, dy: usize, out: usize, channels: i32, rows: i32, columns: i32): void {
  let width = 0;
  for (let channel = 0; channel < channels; channel += width) {
    width = stripWidth(channels - channel);
    if (width === 12) tile4x12(x, dy + channel * FLOAT, out + channel * FLOAT, rows, columns);
    else tile4x8(x, dy + channel * FLOAT, out + channel * FLOAT, rows, columns);
  }
}

function threeInputs(x: usize, dy: usize, out: usize, channels: i32, rows: i32, columns: i32): void {
  let width = 0;
  for (let channel = 0; channel < channels; channel += width) {
    width = stripWidth(channels - channel);
    if (width === 12) tile3x12(x, dy + channel * FLOAT, out + channel * FLOAT, rows, columns);
    else tile3x8(x, dy + channel * FLOAT, out + channel * FLOAT, rows, columns);
  }
}

function oneInput(x: usize, dy: usize, out: usize, channels: i32, rows: i32, columns: i32): void {
  for (let channel = 0; channel < channels; channel += 4) {
    tile1x4(x, dy + channel * FLOAT, out + channel * FLOAT, rows, columns);
  }
}
