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
  padded,
  paddedBytes,
  reachOver,
  rowBytes,
  strideHeight,
  strideWidth,
  unpad,
  windowHeight,
  windowWidth,
} from './geometry';
import { addOuterProducts, setSteps } from './outer-product';
import { layOut, layOutTransposed, panelBytes } from './panels';
import { evenOffsets, multiply, offsetBytes, SPARE, setRows } from './product';
import { FLOAT } from './simd';
import {
  filterGradientLine,
  filterLine,
  inputGradientLine,
  inputLine,
  LINE,
  outputGradientLine,
  outputLine,
  TILE,
} from './winograd-transforms';

/** Bytes of transformed tiles that are worked on at a time, so that they stay in the second-level cache. */
const BLOCK: i32 = 640 * 1024;

/** Outputs of a tile along each axis, and the tiles of a map. */
let size: i32 = 0;
let tileRows: i32 = 0;
let tileColumns: i32 = 0;
/** Rows of tiles, of one image after the other, that are worked on together. */
let rowsOfBlock: i32 = 0;
/** Addresses in the scratch memory. */
let work: usize = 0;
let sources: usize = 0;
let targets: usize = 0;
let filters: usize = 0;
let inputs: usize = 0;
let outputs: usize = 0;
let padding: usize = 0;
/** Bytes from one place of a tile to the next in `inputs` and in `outputs`. */
let inputPlace: i32 = 0;
let outputPlace: i32 = 0;

/**
 * Whether the geometry suits. As measured, it pays where the products become at most half, there are channels enough to
 * outweigh the transforms, and tiles enough to outweigh the filter's.
 */
export function isWinograd(): bool {
  if (windowHeight !== windowWidth || windowHeight < 3 || windowHeight > 5) return false;
  if (strideHeight !== 1 || strideWidth !== 1 || (channels | outChannels) & 3) return false;
  setTiles();
  const tiles = tileRows * tileColumns;
  const isLess = 72 * tiles <= outHeight * outWidth * windowHeight * windowWidth;
  return isLess && min(channels, outChannels) >= 8 && images * tiles >= 64 && channels * outChannels <= 1 << 16;
}

function setTiles(): void {
  size = 7 - windowHeight;
  tileRows = (outHeight + size - 1) / size;
  tileColumns = (outWidth + size - 1) / size;
}

/** Bytes that each function here needs in `scratch`. */
export function winogradScratch(): i32 {
  return <i32>setScratch(0);
}

/** Lays out the scratch memory. @returns its end. */
function setScratch(scratch: usize): usize {
  setTiles();
  reachOver(tileRows * size, tileColumns * size);
  const tileBytes = 36 * tileColumns * (channels + outChannels) * FLOAT;
  rowsOfBlock = min(images * tileRows, max(1, BLOCK / tileBytes));
  const tiles = rowsOfBlock * tileColumns;
  // A cache line more, lest all places of a tile fall on the same sets of the cache.
  inputPlace = tiles * channels * FLOAT + 64;
  outputPlace = tiles * outChannels * FLOAT + 64;
  work = scratch + SPARE;
  sources = work + 2 * TILE;
  targets = sources + offsetBytes(tiles);
  filters = targets + offsetBytes(tiles);
  inputs = filters + 36 * channels * outChannels * FLOAT + panelBytes(channels, outChannels);
  outputs = inputs + 36 * inputPlace;
  padding = outputs + 36 * outputPlace;
  return padding + paddedBytes();
}

/** y = the cross-correlation of x with the filter, plus a bias ([K], or 0 for none); shapes as in `convolve`. */
export function winogradConvolve(x: usize, filter: usize, bias: usize, y: usize, scratch: usize): void {
  setScratch(scratch);
  transformFilter(filter, false);
  setRows(1, channels * FLOAT, 0);
  for (let row = 0; row < images * tileRows; row += rowsOfBlock) {
    const rows = min(rowsOfBlock, images * tileRows - row);
    const tiles = rows * tileColumns;
    evenOffsets(sources, tiles, channels * FLOAT);
    evenOffsets(targets, tiles, outChannels * FLOAT);
    transformInputs(x, row, rows);
    for (let place = 0; place < 36; place++) {
      const panels = filters + place * channels * outChannels * FLOAT;
      const out = outputs + place * outputPlace;
      multiply(inputs + place * inputPlace, sources, tiles, panels, outChannels, out, targets, 0, false, scratch);
    }
    gatherOutputs(y, bias, row, rows);
  }
}

/** dx = the gradient by the images; shapes as in `inputGradient`. */
export function winogradInputGradient(dy: usize, filter: usize, dx: usize, scratch: usize): void {
  setScratch(scratch);
  transformFilter(filter, true);
  setRows(1, outChannels * FLOAT, 0);
  if (!isPadded) memory.fill(dx, 0, images * imageBytes());
  for (let row = 0; row < images * tileRows; row += rowsOfBlock) {
    const rows = min(rowsOfBlock, images * tileRows - row);
    const tiles = rows * tileColumns;
    evenOffsets(sources, tiles, outChannels * FLOAT);
    evenOffsets(targets, tiles, channels * FLOAT);
    spreadOutputs(dy, row, rows);
    for (let place = 0; place < 36; place++) {
      const panels = filters + place * channels * outChannels * FLOAT;
      const out = inputs + place * inputPlace;
      multiply(outputs + place * outputPlace, sources, tiles, panels, channels, out, targets, 0, false, scratch);
    }
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
  for (let at = 0; at < matrix; at += 16) {
    for (let line = 0; line < 6; line++) {
      filterGradientLine(filters + line * matrix + at, 6 * matrix, work + line * 16, LINE, windowHeight);
    }
    for (let line = 0; line < windowHeight; line++) {
      filterGradientLine(work + line * LINE, 16, dw + line * windowWidth * matrix + at, matrix, windowWidth);
    }
  }
}

/** The filter's transform as 36 matrices in panels, [C, K] or their transposes. */
function transformFilter(filter: usize, isTransposed: bool): void {
  const matrix = channels * outChannels * FLOAT;
  // The transforms of a matrix are made where the inputs will be, and laid out from there.
  for (let at = 0; at < matrix; at += 16) {
    for (let line = 0; line < windowWidth; line++) {
      filterLine(filter + line * matrix + at, windowWidth * matrix, work + line * 16, LINE, windowHeight);
    }
    for (let line = 0; line < 6; line++) {
      filterLine(work + line * LINE, 16, filters + line * 6 * matrix + at, matrix, windowWidth);
    }
  }
  const copy = filters + 36 * matrix;
  for (let place = 0; place < 36; place++) {
    const at = filters + place * matrix;
    memory.copy(copy, at, matrix);
    if (isTransposed) layOutTransposed(copy, outChannels * FLOAT, outChannels, channels, at);
    else layOut(copy, outChannels * FLOAT, channels, outChannels, at);
  }
}

/** The transforms of some rows of tiles of the images, [36, tiles, C]. */
function transformInputs(x: usize, row: i32, rows: i32): void {
  const pixel = channels * FLOAT;
  let image: usize = 0;
  let to = inputs;
  for (let at = row; at < row + rows; at++) {
    const i = at % tileRows;
    if (at === row || i === 0) image = padded(x + (at / tileRows) * imageBytes(), padding);
    for (let j = 0; j < tileColumns; j++) {
      const corner = image + i * size * rowBytes() + j * size * pixel;
      for (let channel = 0; channel < pixel; channel += 16) {
        for (let line = 0; line < 6; line++) {
          inputLine(corner + line * pixel + channel, rowBytes(), work + line * 16, LINE);
        }
        for (let line = 0; line < 6; line++) {
          inputLine(work + line * LINE, 16, to + line * 6 * inputPlace + channel, inputPlace);
        }
      }
      to += pixel;
    }
  }
}

/** Adds the transposed transforms of the images' tiles up; only whole images' rows of tiles begin with zeros. */
function addInputs(dx: usize, row: i32, rows: i32): void {
  const pixel = channels * FLOAT;
  let from = inputs;
  for (let at = row; at < row + rows; at++) {
    const i = at % tileRows;
    const image = dx + (at / tileRows) * imageBytes();
    const target = isPadded ? padding : image;
    if (isPadded && i === 0) memory.fill(padding, 0, paddedBytes());
    for (let j = 0; j < tileColumns; j++) {
      const corner = target + i * size * rowBytes() + j * size * pixel;
      for (let channel = 0; channel < pixel; channel += 16) {
        for (let line = 0; line < 6; line++) {
          inputGradientLine(from + line * inputPlace + channel, 6 * inputPlace, work + line * 16, LINE);
        }
        for (let line = 0; line < 6; line++) {
          inputGradientLine(work + line * LINE, 16, work + TILE, 16);
          addLine(work + TILE, corner + line * rowBytes() + channel, pixel);
        }
      }
      from += pixel;
    }
    if (isPadded && i === tileRows - 1) unpad(padding, image);
  }
}

function addLine(line: usize, to: usize, step: usize): void {
  for (let at = 0; at < 6; at++)
    v128.store(to + at * step, f32x4.add(v128.load(to + at * step), v128.load(line + at * 16)));
}

/** The outputs of some rows of tiles, [N, oh, ow, K], with a bias. */
function gatherOutputs(y: usize, bias: usize, row: i32, rows: i32): void {
  const pixel = outChannels * FLOAT;
  let from = outputs;
  for (let at = row; at < row + rows; at++) {
    const i = (at % tileRows) * size;
    const map = y + (at / tileRows) * outHeight * outWidth * pixel;
    for (let j = 0; j < tileColumns * size; j += size) {
      const corner = map + (i * outWidth + j) * pixel;
      for (let channel = 0; channel < pixel; channel += 16) {
        for (let line = 0; line < 6; line++) {
          outputLine(from + line * outputPlace + channel, 6 * outputPlace, work + line * 16, LINE, size);
        }
        const added = bias ? v128.load(bias + channel) : f32x4.splat(0);
        for (let line = 0; line < min(size, outHeight - i); line++) {
          outputLine(work + line * LINE, 16, work + TILE, 16, size);
          const to = corner + line * outWidth * pixel + channel;
          for (let column = 0; column < min(size, outWidth - j); column++) {
            v128.store(to + column * pixel, f32x4.add(v128.load(work + TILE + column * 16), added));
          }
        }
      }
      from += pixel;
    }
  }
}

/** The transposed transforms of some rows of tiles of the maps, [36, tiles, K]. */
function spreadOutputs(dy: usize, row: i32, rows: i32): void {
  const pixel = outChannels * FLOAT;
  const tile = work + TILE;
  let to = outputs;
  for (let at = row; at < row + rows; at++) {
    const i = (at % tileRows) * size;
    const map = dy + (at / tileRows) * outHeight * outWidth * pixel;
    for (let j = 0; j < tileColumns * size; j += size) {
      const corner = map + (i * outWidth + j) * pixel;
      const lines = min(size, outHeight - i);
      const columns = min(size, outWidth - j);
      if (lines < size || columns < size) memory.fill(tile, 0, TILE);
      for (let channel = 0; channel < pixel; channel += 16) {
        for (let line = 0; line < lines; line++) {
          for (let column = 0; column < columns; column++) {
            const value = v128.load(corner + (line * outWidth + column) * pixel + channel);
            v128.store(tile + line * LINE + column * 16, value);
          }
        }
        for (let line = 0; line < size; line++) {
          outputGradientLine(tile + line * 16, LINE, work + line * 16, LINE, size);
        }
        for (let line = 0; line < 6; line++) {
          outputGradientLine(work + line * LINE, 16, to + line * 6 * outputPlace + channel, outputPlace, size);
        }
      }
      to += pixel;
    }
  }
}
