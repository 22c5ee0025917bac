/**
 * The geometry of one convolution or pooling, set before each call of its kernels. Images are float32 [N, H, W, C], maps
 * of what windows give [N, oh, ow, K], all row by row.
 */
import { FLOAT } from './simd';

/** N. */
export let images: i32 = 0;
/** H, W and C. */
export let height: i32 = 0;
export let width: i32 = 0;
export let channels: i32 = 0;
/** oh, ow and K (K = C in pooling). */
export let outHeight: i32 = 0;
export let outWidth: i32 = 0;
export let outChannels: i32 = 0;
/** Size of the window. */
export let windowHeight: i32 = 0;
export let windowWidth: i32 = 0;
export let strideHeight: i32 = 0;
export let strideWidth: i32 = 0;
/** Padding before the first row and column. */
export let top: i32 = 0;
export let left: i32 = 0;
/** Rows and columns that windows reach, paddings included. */
export let reachedHeight: i32 = 0;
export let reachedWidth: i32 = 0;
/** Whether windows reach beyond an image. */
export let isPadded: bool = false;

/**
 * Sets the images that the next calls work on.
 *
 * @param count N.
 * @param rows H.
 * @param columns W.
 * @param depth C.
 */
export function setImages(count: i32, rows: i32, columns: i32, depth: i32): void {
  images = count;
  height = rows;
  width = columns;
  channels = depth;
}

/**
 * Sets the shape of what windows give.
 *
 * @param rows oh.
 * @param columns ow.
 * @param depth K.
 */
export function setMaps(rows: i32, columns: i32, depth: i32): void {
  outHeight = rows;
  outWidth = columns;
  outChannels = depth;
}

/**
 * Sets the window and where it goes; called after {@link setImages} and {@link setMaps}.
 *
 * @param rows Height of the window.
 * @param columns Width of the window.
 * @param above Rows of padding above an image.
 * @param before Columns of padding before each of its rows.
 */
export function setWindow(rows: i32, columns: i32, rowStride: i32, columnStride: i32, above: i32, before: i32): void {
  windowHeight = rows;
  windowWidth = columns;
  strideHeight = rowStride;
  strideWidth = columnStride;
  top = above;
  left = before;
  reachOver(outHeight, outWidth);
}

/** Makes windows reach as far as if they gave this many rows and columns. */
export function reachOver(rows: i32, columns: i32): void {
  reachedHeight = (rows - 1) * strideHeight + windowHeight;
  reachedWidth = (columns - 1) * strideWidth + windowWidth;
  isPadded = top > 0 || left > 0 || reachedHeight > height || reachedWidth > width;
}

/** Bytes of one image. */
export function imageBytes(): i32 {
  return height * width * channels * FLOAT;
}

/** Bytes of one map. */
export function mapBytes(): i32 {
  return outHeight * outWidth * outChannels * FLOAT;
}

/** Bytes of an image with its paddings, none where windows stay inside. */
export function paddedBytes(): i32 {
  return isPadded ? reachedHeight * reachedWidth * channels * FLOAT : 0;
}

/** Bytes from one row of an image, paddings included, to the next. */
export function rowBytes(): i32 {
  return (isPadded ? reachedWidth : width) * channels * FLOAT;
}

/**
 * The image at `image` with its paddings of zero: itself where it needs none, else a copy at `scratch`
 * ({@link paddedBytes}).
 */
export function padded(image: usize, scratch: usize): usize {
  if (!isPadded) return image;
  memory.fill(scratch, 0, paddedBytes());
  copyInside(image, scratch, false);
  return scratch;
}

/** Copies what lies inside the image from a padded one back to the image, and zeros to what no window reached. */
export function unpad(scratch: usize, image: usize): void {
  memory.fill(image, 0, imageBytes());
  copyInside(image, scratch, true);
}

function copyInside(image: usize, padding: usize, isBack: bool): void {
  const rows = min(height, reachedHeight - top);
  const size = min(width, reachedWidth - left) * channels * FLOAT;
  const imageRow = width * channels * FLOAT;
  const paddedRow = rowBytes();
  if (size <= 0) return;
  let inside = padding + top * paddedRow + left * channels * FLOAT;
  for (let row = 0; row < rows; row++) {
    memory.copy(isBack ? image : inside, isBack ? inside : image, size);
    image += imageRow;
    inside += paddedRow;
  }
}
