/**
 * Convolutions of stride 1 by Winograd's minimal filtering: tiles of the images, of the maps and the filter are
 * transformed, and each of the 36 places of a tile is a matrix product of its own over the channels. Gradients are the
 * transposes of each step.
 */
import {
  channels,
  imageBytes,
  images,
  isPadded,
  outChannels,
  outHeight,
  outWidth,
  strideHeight,
  strideWidth,
  windowHeight,
  windowWidth,
} from './geometry';
import { addOuterProducts } from './outer-product';
import { setSteps } from './outer-product-tiles';
import { evenOffsets, multiply, setRows } from './product';
import { FLOAT } from './simd';
import {
  addInputs,
  filters,
  gatherOutputs,
  inputPlace,
  inputs,
  outputPlace,
  outputs,
  rowsOfBlock,
  setScratch,
  setTiles,
  sources,
  spreadOutputs,
  targets,
  tileColumns,
  tileRows,
  transformFilter,
  transformFilterGradient,
  transformInputs,
} from './winograd-tiles';

/**
 * Whether the geometry suits. As measured, it pays where the products become at most half, there are channels enough to
 * outweigh the transforms, and tiles enough to outweigh the filter's, which must not take up the memory either.
 */
export function isWinograd(): bool {
  if (windowHeight !== windowWidth || windowHeight < 3 || windowHeight > 5) return false;
  if (strideHeight !== 1 || strideWidth !== 1 || (channels | outChannels) & 3) return false;
  setTiles();
  const tiles = tileRows * tileColumns;
  const isLess = 72 * tiles <= outHeight * outWidth * windowHeight * windowWidth;
  if (!isLess || images * tiles < 64) return false;
  return min(channels, outChannels) >= 8 && channels * outChannels <= 1 << 20;
}

/** Bytes that each function of this file needs in `scratch`. */
export function winogradScratch(): i32 {
  return <i32>setScratch(0);
}

/** y = the cross-correlation of x with the filter, plus a bias ([K], or 0 for none); shapes as in `convolve`. */
export function winogradConvolve(x: usize, filter: usize, bias: usize, y: usize, scratch: usize): void {
  setScratch(scratch);
  transformFilter(filter, false);
  for (let row = 0; row < images * tileRows; row += rowsOfBlock) {
    const rows = min(rowsOfBlock, images * tileRows - row);
    transformInputs(x, row, rows);
    multiplyPlaces(inputs, inputPlace, channels, outputs, outputPlace, outChannels, rows * tileColumns, scratch);
    gatherOutputs(y, bias, row, rows);
  }
}

/** At each of the 36 places: the tiles [tiles, depth] by the transformed filter, into [tiles, columns]. */
function multiplyPlaces(
  from: usize,
  fromPlace: i32,
  depth: i32,
  to: usize,
  toPlace: i32,
  columns: i32,
  tiles: i32,
  scratch: usize,
): void {
  setRows(1, depth * FLOAT, 0);
  evenOffsets(sources, tiles, depth * FLOAT);
  evenOffsets(targets, tiles, columns * FLOAT);
  for (let place = 0; place < 36; place++) {
    const panels = filters + place * channels * outChannels * FLOAT;
    const out = to + place * toPlace;
    multiply(from + place * fromPlace, sources, tiles, panels, columns, out, targets, 0, false, scratch);
  }
}

/** dx = the gradient by the images; shapes as in `inputGradient`. */
export function winogradInputGradient(dy: usize, filter: usize, dx: usize, scratch: usize): void {
  setScratch(scratch);
  transformFilter(filter, true);
  if (!isPadded) memory.fill(dx, 0, images * imageBytes());
  for (let row = 0; row < images * tileRows; row += rowsOfBlock) {
    const rows = min(rowsOfBlock, images * tileRows - row);
    spreadOutputs(dy, row, rows);
    multiplyPlaces(outputs, outputPlace, outChannels, inputs, inputPlace, channels, rows * tileColumns, scratch);
    addInputs(dx, row, rows);
  }
}

/** dw = the gradient by the filter; shapes as in `filterGradient`. */
export function winogradFilterGradient(x: usize, dy: usize, dw: usize, scratch: usize): void {
  setScratch(scratch);
  const matrix = channels * outChannels * FLOAT;
  memory.fill(filters, 0, 36 * matrix);
  setSteps(channels * FLOAT, 0);
  for (let row = 0; row < images * tileRows; row += rowsOfBlock) {
    const rows = min(rowsOfBlock, images * tileRows - row);
    transformInputs(x, row, rows);
    spreadOutputs(dy, row, rows);
    for (let place = 0; place < 36; place++) {
      const source = inputs + place * inputPlace;
      const gradient = outputs + place * outputPlace;
      addOuterProducts(source, gradient, filters + place * matrix, channels, outChannels, 1, rows * tileColumns);
    }
  }
  transformFilterGradient(dw);
}
