/**
 * Tiles of images, maps and filters for Winograd's filtering, to their transforms in scratch memory and back: four
 * channels at a time, columns first.
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
  unpad,
  windowHeight,
  windowWidth,
} from './geometry';
import { layOut, layOutTransposed, panelBytes } from './panels';
import { offsetBytes, SPARE } from './product';
import { FLOAT } from './simd';
import {
  FACTORS,
  filterGradientLine,
  filterLine,
  inputGradientLines,
  inputLines,
  LINE,
  outputGradientLines,
  outputLines,
  setFilterFactors,
  TILE,
} from './winograd-transforms';

/** Bytes of transformed tiles that are worked on at a time, so that they stay in the second-level cache. */
const BLOCK: i32 = 640 * 1024;

/** Outputs of a tile along each axis, and the tiles of a map. */
export let size: i32 = 0;
export let tileRows: i32 = 0;
export let tileColumns: i32 = 0;
/** Rows of tiles, of one image after the other, that are worked on together. */
export let rowsOfBlock: i32 = 0;
/** Addresses in the scratch memory. */
export let work: usize = 0;
export let factors: usize = 0;
export let sources: usize = 0;
export let targets: usize = 0;
export let filters: usize = 0;
export let inputs: usize = 0;
export let outputs: usize = 0;
export let padding: usize = 0;
/** Bytes from one place of a tile to the next in `inputs` and in `outputs`. */
export let inputPlace: i32 = 0;
export let outputPlace: i32 = 0;
/** Number of the image that is held with its paddings, or -1. */
let held: i32 = -1;

export function setTiles(): void {
  size = 7 - windowHeight;
  tileRows = (outHeight + size - 1) / size;
  tileColumns = (outWidth + size - 1) / size;
}

/** Lays out the scratch memory. @returns its end. */
export function setScratch(scratch: usize): usize {
  setTiles();
  reachOver(tileRows * size, tileColumns * size);
  const tileBytes = 36 * tileColumns * (channels + outChannels) * FLOAT;
  // At least about sixty tiles of any size, since every block reads the whole filter's transform.
  rowsOfBlock = min(images * tileRows, max((63 + tileColumns) / tileColumns, BLOCK / tileBytes));
  const tiles = rowsOfBlock * tileColumns;
  // One more cache line, so that not all places of a tile fall on the same sets of the cache.
  inputPlace = tiles * channels * FLOAT + 64;
  outputPlace = tiles * outChannels * FLOAT + 64;
  work = scratch + SPARE;
  factors = work + 2 * TILE;
  sources = factors + FACTORS;
  targets = sources + offsetBytes(tiles);
  filters = targets + offsetBytes(tiles);
  inputs = filters + 36 * channels * outChannels * FLOAT + panelBytes(channels, outChannels);
  outputs = inputs + 36 * inputPlace;
  padding = outputs + 36 * outputPlace;
  held = -1;
  return padding + paddedBytes();
}

/** The filter's transform as 36 matrices in panels, [C, K] or their transposes. */
export function transformFilter(filter: usize, isTransposed: bool): void {
  const matrix = channels * outChannels * FLOAT;
  setFilterFactors(factors, windowHeight);
  for (let at = 0; at < matrix; at += 16) {
    for (let line = 0; line < windowWidth; line++) {
      filterLine(filter + line * matrix + at, windowWidth * matrix, work + line * 16, LINE, windowHeight, factors);
    }
    for (let line = 0; line < 6; line++) {
      filterLine(work + line * LINE, 16, filters + line * 6 * matrix + at, matrix, windowWidth, factors);
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
export function transformInputs(x: usize, row: i32, rows: i32): void {
  const pixel = channels * FLOAT;
  let to = inputs;
  for (let at = row; at < row + rows; at++) {
    const i = at % tileRows;
    const number = at / tileRows;
    const image = isPadded && number === held ? padding : padded(x + number * imageBytes(), padding);
    held = number;
    for (let j = 0; j < tileColumns; j++) {
      const corner = image + i * size * rowBytes() + j * size * pixel;
      for (let channel = 0; channel < pixel; channel += 16) {
        inputLines(corner + channel, rowBytes(), pixel, work, LINE, 16, 6);
        inputLines(work, 16, LINE, to + channel, inputPlace, 6 * inputPlace, 6);
      }
      to += pixel;
    }
  }
}

/** Adds the transposed transforms of some rows of tiles to the images' gradients, [N, H, W, C]. */
export function addInputs(dx: usize, row: i32, rows: i32): void {
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
        inputGradientLines(from + channel, 6 * inputPlace, inputPlace, work, LINE, 16, 6);
        inputGradientLines(work, 16, LINE, work + TILE, 16, LINE, 6);
        addLines(work + TILE, corner + channel, pixel, rowBytes());
      }
      from += pixel;
    }
    if (isPadded && i === tileRows - 1) unpad(padding, image);
  }
}

/** Adds a tile to pixels `step` bytes apart, in rows `next` bytes apart. */
function addLines(tile: usize, to: usize, step: usize, next: usize): void {
  for (let line = 0; line < 6; line++) {
    let pixel = to;
    for (let at = 0; at < 6; at++) {
      v128.store(pixel, f32x4.add(v128.load(pixel), v128.load(tile)));
      pixel += step;
      tile += 16;
    }
    to += next;
  }
}

/** The outputs of some rows of tiles, [N, oh, ow, K], with a bias. */
export function gatherOutputs(y: usize, bias: usize, row: i32, rows: i32): void {
  const pixel = outChannels * FLOAT;
  let from = outputs;
  for (let at = row; at < row + rows; at++) {
    const i = (at % tileRows) * size;
    const map = y + (at / tileRows) * outHeight * outWidth * pixel;
    for (let j = 0; j < tileColumns * size; j += size) {
      const corner = map + (i * outWidth + j) * pixel;
      const isWhole = !bias && i + size <= outHeight && j + size <= outWidth;
      for (let channel = 0; channel < pixel; channel += 16) {
        outputLines(from + channel, 6 * outputPlace, outputPlace, work, LINE, 16, 6, size);
        if (isWhole) {
          outputLines(work, 16, LINE, corner + channel, pixel, outWidth * pixel, size, size);
          continue;
        }
        const added = bias ? v128.load(bias + channel) : f32x4.splat(0);
        outputLines(work, 16, LINE, work + TILE, 16, LINE, size, size);
        for (let line = 0; line < min(size, outHeight - i); line++) {
          const to = corner + line * outWidth * pixel + channel;
          for (let column = 0; column < min(size, outWidth - j); column++) {
            v128.store(to + column * pixel, f32x4.add(v128.load(work + TILE + line * LINE + column * 16), added));
          }
        }
      }
      from += pixel;
    }
  }
}

/** The transposed transforms of some rows of tiles of the maps, [36, tiles, K]. */
export function spreadOutputs(dy: usize, row: i32, rows: i32): void {
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
      const isWhole = lines === size && columns === size;
      if (!isWhole) memory.fill(tile, 0, TILE);
      for (let channel = 0; channel < pixel; channel += 16) {
        for (let line = 0; line < lines && !isWhole; line++) {
          for (let column = 0; column < columns; column++) {
            const value = v128.load(corner + (line * outWidth + column) * pixel + channel);
            v128.store(tile + line * LINE + column * 16, value);
          }
        }
        const source = isWhole ? corner + channel : tile;
        const right = isWhole ? pixel : 16;
        const down = isWhole ? outWidth * pixel : LINE;
        outputGradientLines(source, down, right, work, LINE, 16, size, size);
        outputGradientLines(work, 16, LINE, to + channel, outputPlace, 6 * outputPlace, 6, size);
      }
      to += pixel;
    }
  }
}

/** dw = the transposed transform of the 36 matrices [C, K]. */
export function transformFilterGradient(dw: usize): void {
  const matrix = channels * outChannels * FLOAT;
  setFilterFactors(factors, windowHeight);
  for (let at = 0; at < matrix; at += 16) {
    for (let line = 0; line < 6; line++) {
      filterGradientLine(filters + line * matrix + at, 6 * matrix, work + line * 16, LINE, windowHeight, factors);
    }
    for (let line = 0; line < windowHeight; line++) {
      filterGradientLine(work + line * LINE, 16, dw + line * windowWidth * matrix + at, matrix, windowWidth, factors);
    }
  }
}
