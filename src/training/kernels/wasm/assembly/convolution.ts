/** Convolutions forwards, and back to the images: products with the filter as panels, image by image. */
import {
  channels,
  imageBytes,
  images,
  isPadded,
  mapBytes,
  outChannels,
  outHeight,
  outWidth,
  padded,
  paddedBytes,
  rowBytes,
  strideHeight,
  strideWidth,
  unpad,
  windowHeight,
  windowWidth,
} from './geometry';
import { layOut, layOutTransposed, panelBytes } from './panels';
import { endOffsets, evenOffsets, multiply, offsetBytes, SPARE, setRows } from './product';
import { FLOAT } from './simd';
import { isWinograd, winogradConvolve, winogradInputGradient, winogradScratch } from './winograd';

/** Images that are worked on together, so that small maps fill the tiles. */
function imagesOfBlock(): i32 {
  return min(images, max(1, 64 / (outHeight * outWidth)));
}

/** Bytes from one image to the next as the product sees them. */
function stepBytes(): i32 {
  return isPadded ? paddedBytes() : imageBytes();
}

/** Fills a table with the place of every window's first pixel in a block of images. */
function windowOffsets(offsets: usize, count: i32): void {
  let at = offsets;
  for (let image = 0; image < count; image++) {
    for (let i = 0; i < outHeight; i++) {
      const row = image * stepBytes() + i * strideHeight * rowBytes();
      for (let j = 0; j < outWidth; j++) {
        store<i32>(at, row + j * strideWidth * channels * FLOAT);
        at += 4;
      }
    }
  }
  endOffsets(offsets, count * outHeight * outWidth);
}

/** Bytes that {@link convolve} needs in `scratch` for the geometry that was set. */
export function convolveScratch(): i32 {
  if (isWinograd()) return winogradScratch();
  const block = imagesOfBlock();
  const tables = 2 * offsetBytes(block * outHeight * outWidth);
  return SPARE + tables + panelBytes(windowHeight * windowWidth * channels, outChannels) + block * paddedBytes();
}

/**
 * y = the cross-correlation of x with the filter, plus a bias.
 *
 * @param x [N, H, W, C].
 * @param filter [kh, kw, C, K].
 * @param bias [K], or 0 for none.
 * @param y [N, oh, ow, K], overwritten.
 * @param scratch Memory of {@link convolveScratch} bytes.
 */
export function convolve(x: usize, filter: usize, bias: usize, y: usize, scratch: usize): void {
  if (isWinograd()) {
    winogradConvolve(x, filter, bias, y, scratch);
    return;
  }
  const block = imagesOfBlock();
  const positions = outHeight * outWidth;
  const size = windowHeight * windowWidth * channels;
  const windows = scratch + SPARE;
  const maps = windows + offsetBytes(block * positions);
  const panels = maps + offsetBytes(block * positions);
  const padding = panels + panelBytes(size, outChannels);
  const segment = windowWidth * channels * FLOAT;
  layOut(filter, outChannels * FLOAT, size, outChannels, panels);
  evenOffsets(maps, block * positions, outChannels * FLOAT);
  windowOffsets(windows, block);
  setRows(windowHeight, segment, rowBytes() - segment);
  for (let first = 0; first < images; first += block) {
    const count = min(block, images - first);
    if (isPadded) for (let at = 0; at < count; at++) padded(x + at * imageBytes(), padding + at * paddedBytes());
    const source = isPadded ? padding : x;
    multiply(source, windows, count * positions, panels, outChannels, y, maps, bias, false, scratch);
    x += count * imageBytes();
    y += count * mapBytes();
  }
}

/** Bytes that {@link inputGradient} needs in `scratch` for the geometry that was set. */
export function inputGradientScratch(): i32 {
  if (isWinograd()) return winogradScratch();
  const block = imagesOfBlock();
  const tables = 2 * offsetBytes(block * outHeight * outWidth);
  const panels = windowHeight * panelBytes(outChannels, windowWidth * channels);
  return SPARE + tables + panels + block * paddedBytes();
}

/**
 * dx = the gradient by the images: dy · filterᵀ, each row of it added to the inputs under its window, one row of the
 * filter at a time.
 *
 * @param dy [N, oh, ow, K].
 * @param filter [kh, kw, C, K].
 * @param dx [N, H, W, C], overwritten.
 * @param scratch Memory of {@link inputGradientScratch} bytes.
 */
export function inputGradient(dy: usize, filter: usize, dx: usize, scratch: usize): void {
  if (isWinograd()) {
    winogradInputGradient(dy, filter, dx, scratch);
    return;
  }
  const block = imagesOfBlock();
  const positions = outHeight * outWidth;
  const inputs = windowWidth * channels;
  const windows = scratch + SPARE;
  const maps = windows + offsetBytes(block * positions);
  const panels = maps + offsetBytes(block * positions);
  const filterRow = panelBytes(outChannels, inputs);
  const padding = panels + windowHeight * filterRow;
  const pixel = outChannels * FLOAT;
  for (let row = 0; row < windowHeight; row++) {
    layOutTransposed(filter + row * inputs * pixel, pixel, outChannels, inputs, panels + row * filterRow);
  }
  evenOffsets(maps, block * positions, pixel);
  windowOffsets(windows, block);
  setRows(1, pixel, 0);
  for (let first = 0; first < images; first += block) {
    const count = min(block, images - first);
    const target = isPadded ? padding : dx;
    memory.fill(target, 0, count * stepBytes());
    for (let row = 0; row < windowHeight; row++) {
      const out = target + row * rowBytes();
      multiply(dy, maps, count * positions, panels + row * filterRow, inputs, out, windows, 0, true, scratch);
    }
    if (isPadded) for (let at = 0; at < count; at++) unpad(padding + at * paddedBytes(), dx + at * imageBytes());
    dx += count * imageBytes();
    dy += count * mapBytes();
  }
}
