/** The gradient of a convolution by its filter. */
import {
  channels,
  imageBytes,
  images,
  mapBytes,
  outChannels,
  outHeight,
  outWidth,
  padded,
  paddedBytes,
  rowBytes,
  strideHeight,
  strideWidth,
  windowHeight,
  windowWidth,
} from './geometry';
import { addOuterProducts } from './outer-product';
import { setSteps } from './outer-product-tiles';
import { tiled } from './panels';
import { FLOAT } from './simd';
import { isWinograd, winogradFilterGradient, winogradScratch } from './winograd';

/** Bytes of an image and its map that are worked on at a time, so that they stay in the first-level cache. */
const BLOCK: i32 = 40 * 1024;

/** Bytes that {@link filterGradient} needs in `scratch` for the geometry that was set. */
export function filterGradientScratch(): i32 {
  if (isWinograd()) return winogradScratch();
  const tiledChannels = tiled(outChannels);
  if (tiledChannels === outChannels) return paddedBytes();
  return paddedBytes() + (outHeight * outWidth + windowHeight * windowWidth * channels) * tiledChannels * FLOAT;
}

/**
 * dw = Σ over images and positions of the inputs under the window ⊗ dy. No inputs are copied together: for one row of
 * the filter the kw·C inputs under it lie side by side in an image.
 *
 * @param x [N, H, W, C].
 * @param dy [N, oh, ow, K].
 * @param dw [kh, kw, C, K], overwritten.
 * @param scratch Memory of {@link filterGradientScratch} bytes.
 */
export function filterGradient(x: usize, dy: usize, dw: usize, scratch: usize): void {
  if (isWinograd()) {
    winogradFilterGradient(x, dy, dw, scratch);
    return;
  }
  const tiledChannels = tiled(outChannels);
  const isTiled = tiledChannels === outChannels;
  const inputs = windowWidth * channels;
  const positions = outHeight * outWidth;
  const map = scratch + paddedBytes();
  const out = isTiled ? dw : map + positions * tiledChannels * FLOAT;
  const row = rowBytes();
  const rowsOfBlock = max(1, BLOCK / (strideHeight * row + outWidth * tiledChannels * FLOAT));
  memory.fill(out, 0, windowHeight * inputs * tiledChannels * FLOAT);
  setSteps(strideWidth * channels * FLOAT, strideHeight * row);
  for (let image = 0; image < images; image++) {
    const source = padded(x, scratch);
    if (!isTiled) widen(dy, map, positions, outChannels, tiledChannels);
    for (let from = 0; from < outHeight; from += rowsOfBlock) {
      const rows = min(rowsOfBlock, outHeight - from);
      const gradient = (isTiled ? dy : map) + from * outWidth * tiledChannels * FLOAT;
      for (let filterRow = 0; filterRow < windowHeight; filterRow++) {
        addOuterProducts(
          source + (from * strideHeight + filterRow) * row,
          gradient,
          out + filterRow * inputs * tiledChannels * FLOAT,
          inputs,
          tiledChannels,
          rows,
          outWidth,
        );
      }
    }
    x += imageBytes();
    dy += mapBytes();
  }
  if (!isTiled) narrow(out, dw, windowHeight * inputs, tiledChannels, outChannels);
}

/** Copies rows of `columns` floats to rows of `wide` floats, with zeros behind. */
export function widen(from: usize, to: usize, rows: i32, columns: i32, wide: i32): void {
  memory.fill(to, 0, rows * wide * FLOAT);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      store<f32>(to + column * FLOAT, load<f32>(from + column * FLOAT));
    }
    from += columns * FLOAT;
    to += wide * FLOAT;
  }
}

/** Copies the first `columns` floats of rows of `wide` floats. */
export function narrow(from: usize, to: usize, rows: i32, wide: i32, columns: i32): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      store<f32>(to + column * FLOAT, load<f32>(from + column * FLOAT));
    }
    from += wide * FLOAT;
    to += columns * FLOAT;
  }
}
