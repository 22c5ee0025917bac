/** The gradients of pooling. Windows and images are those of the geometry; K = C. */
import {
  channels,
  height,
  imageBytes,
  images,
  isPadded,
  left,
  outHeight,
  outWidth,
  strideHeight,
  strideWidth,
  top,
  width,
  windowHeight,
  windowWidth,
} from './geometry';
import { FLOAT, multiplyAdd, multiplyAddFloat } from './simd';

/** The part of the window at hand that lies inside the image. */
let firstRow: i32 = 0;
let lastRow: i32 = 0;
let firstColumn: i32 = 0;
let lastColumn: i32 = 0;

function setWindowAt(i: i32, j: i32): void {
  const row = i * strideHeight - top;
  const column = j * strideWidth - left;
  firstRow = max(0, row);
  lastRow = min(height, row + windowHeight);
  firstColumn = max(0, column);
  lastColumn = min(width, column + windowWidth);
}

/**
 * The gradient of max pooling: each window's dy goes to its first maximum in row order.
 *
 * @param x [N, H, W, C].
 * @param dy [N, oh, ow, C].
 * @param dx Shaped as x, overwritten.
 */
export function maxPoolGradient(x: usize, dy: usize, dx: usize): void {
  const isPlain = windowHeight === 2 && windowWidth === 2 && strideHeight === 2 && strideWidth === 2 && !isPadded;
  const isWritten = isPlain && height === 2 * outHeight && width === 2 * outWidth && !(channels & 3);
  if (!isWritten) memory.fill(dx, 0, images * imageBytes());
  const pixel = channels * FLOAT;
  const whole = (channels & ~3) * FLOAT;
  for (let image = 0; image < images; image++) {
    for (let i = 0; i < outHeight; i++) {
      for (let j = 0; j < outWidth; j++) {
        const corner = (2 * i * width + 2 * j) * pixel;
        if (!isPlain) setWindowAt(i, j);
        let at = 0;
        for (; at < whole; at += 16) {
          if (isPlain) spreadPlain(x + corner + at, v128.load(dy + at), dx + corner + at, pixel);
          else spreadFour(x + at, v128.load(dy + at), dx + at, pixel);
        }
        for (; at < pixel; at += FLOAT) {
          setWindowAt(i, j);
          spreadOne(x + at, load<f32>(dy + at), dx + at, pixel);
        }
        dy += pixel;
      }
    }
    x += imageBytes();
    dx += imageBytes();
  }
}

/** Four channels of a 2×2 window that shares no pixel with another: without a branch, and all of it written. */
function spreadPlain(x: usize, dy: v128, dx: usize, pixel: usize): void {
  const row = width * pixel;
  const a = v128.load(x);
  const b = v128.load(x + pixel);
  const c = v128.load(x + row);
  const d = v128.load(x + row + pixel);
  const isB = f32x4.gt(b, a);
  const isD = f32x4.gt(d, c);
  const isLower = f32x4.gt(v128.bitselect(d, c, isD), v128.bitselect(b, a, isB));
  const lower = v128.and(dy, isLower);
  const upper = v128.andnot(dy, isLower);
  v128.store(dx, v128.andnot(upper, isB));
  v128.store(dx + pixel, v128.and(upper, isB));
  v128.store(dx + row, v128.andnot(lower, isD));
  v128.store(dx + row + pixel, v128.and(lower, isD));
}

/** Four channels of any window. */
function spreadFour(x: usize, dy: v128, dx: usize, pixel: usize): void {
  let best = v128.load(x + (firstRow * width + firstColumn) * pixel);
  let place = i32x4.splat(firstRow * width + firstColumn);
  for (let row = firstRow; row < lastRow; row++) {
    for (let column = firstColumn; column < lastColumn; column++) {
      const here = row * width + column;
      const value = v128.load(x + here * pixel);
      const isGreater = f32x4.gt(value, best);
      best = v128.bitselect(value, best, isGreater);
      place = v128.bitselect(i32x4.splat(here), place, isGreater);
    }
  }
  for (let row = firstRow; row < lastRow; row++) {
    for (let column = firstColumn; column < lastColumn; column++) {
      const here = row * width + column;
      const target = dx + here * pixel;
      const share = v128.and(dy, i32x4.eq(place, i32x4.splat(here)));
      v128.store(target, f32x4.add(v128.load(target), share));
    }
  }
}

/** One channel of any window. */
function spreadOne(x: usize, dy: f32, dx: usize, pixel: usize): void {
  if (firstRow >= lastRow || firstColumn >= lastColumn) return;
  let place = (firstRow * width + firstColumn) * pixel;
  let best = load<f32>(x + place);
  for (let row = firstRow; row < lastRow; row++) {
    for (let column = firstColumn; column < lastColumn; column++) {
      const here = (row * width + column) * pixel;
      const value = load<f32>(x + here);
      if (value > best) {
        best = value;
        place = here;
      }
    }
  }
  store<f32>(dx + place, load<f32>(dx + place) + dy);
}

/**
 * The gradient of average pooling: each window's dy is shared out evenly among its pixels inside the image.
 *
 * @param dy [N, oh, ow, C].
 * @param dx [N, H, W, C], overwritten.
 */
export function averagePoolGradient(dy: usize, dx: usize): void {
  memory.fill(dx, 0, images * imageBytes());
  const pixel = channels * FLOAT;
  for (let image = 0; image < images; image++) {
    for (let i = 0; i < outHeight; i++) {
      for (let j = 0; j < outWidth; j++) {
        setWindowAt(i, j);
        const share: f32 = 1 / <f32>((lastRow - firstRow) * (lastColumn - firstColumn));
        for (let row = firstRow; row < lastRow; row++) {
          for (let column = firstColumn; column < lastColumn; column++) {
            addShare(dy, share, dx + (row * width + column) * pixel, pixel);
          }
        }
        dy += pixel;
      }
    }
    dx += imageBytes();
  }
}

/** to += dy · share, `size` bytes of it. */
function addShare(dy: usize, share: f32, to: usize, size: i32): void {
  let at = 0;
  for (; at + 16 <= size; at += 16) {
    const target = to + at;
    v128.store(target, multiplyAdd(v128.load(target), v128.load(dy + at), f32x4.splat(share)));
  }
  for (; at < size; at += FLOAT) {
    store<f32>(to + at, multiplyAddFloat(load<f32>(to + at), load<f32>(dy + at), share));
  }
}
