import { changeColours } from './colour-steps.ts';
import type { ImageSet } from './image-set.ts';
import type { Normalisation } from './normalisation.ts';
import type { ImageChange } from './random-changes.ts';

/** The value of each byte, from 0 to 1. */
const VALUES = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/**
 * Changes an image by any {@link ImageChange}: flips, rotation and shift are one step, in which each pixel is
 * interpolated once; then come the colours, the normalisation and the hole.
 *
 * @param bytes uint8 [height, width, channels].
 * @param out float32 [height, width, channels], overwritten.
 */
export function writeChanged(
  bytes: Uint8Array,
  [height, width, channels]: ImageSet['imageShape'],
  change: ImageChange,
  { mean, deviation }: Normalisation,
  out: Float32Array,
): void {
  out.fill(0);
  (change.degrees === 0 ? place : turn)(bytes, [height, width, channels], change, out);
  if (change.colours.length > 0) changeColours(out, channels as 1 | 3, change.colours);
  for (let channel = 0; channel < channels; channel++) {
    const centre = mean[channel] as number;
    const scale = 1 / (deviation[channel] as number);
    for (let at = channel; at < out.length; at += channels) out[at] = ((out[at] as number) - centre) * scale;
  }
  const [top, left, bottom, right] = change.hole;
  for (let row = top; row < bottom; row++)
    out.fill(0, (row * width + left) * channels, (row * width + right) * channels);
}

/** Moves pixels to their places, scaled to 0..1; those that come from outside are 0. */
function place(bytes: Uint8Array, shape: ImageSet['imageShape'], change: ImageChange, out: Float32Array): void {
  const [height, width, channels] = shape;
  const { isMirrored, isUpsideDown, top, left } = change;
  const firstColumn = Math.max(0, 0 - left);
  const lastColumn = Math.min(width, width - left);
  const step = isMirrored ? -channels : channels;
  const start = (isMirrored ? width - 1 - firstColumn - left : firstColumn + left) * channels;
  for (let row = Math.max(0, 0 - top); row < Math.min(height, height - top); row++) {
    const sourceRow = isUpsideDown ? height - 1 - row - top : row + top;
    let from = sourceRow * width * channels + start;
    const end = (row * width + lastColumn) * channels;
    for (let to = (row * width + firstColumn) * channels; to < end; to += channels) {
      for (let channel = 0; channel < channels; channel++) {
        out[to + channel] = VALUES[bytes[from + channel] as number] as number;
      }
      from += step;
    }
  }
}

/**
 * As {@link place}, the flipped image turned before it is shifted. The angle's sense, centre and interpolation are those
 * of torchvision's `rotate()` of a float tensor (bilinear; `grid_sample` with zeros outside, `align_corners` false).
 */
function turn(bytes: Uint8Array, shape: ImageSet['imageShape'], change: ImageChange, out: Float32Array): void {
  const [height, width, channels] = shape;
  const { isMirrored, isUpsideDown, degrees, top, left } = change;
  const middleRow = (height - 1) / 2;
  const middleColumn = (width - 1) / 2;
  const angle = (degrees * Math.PI) / 180;
  const rowByX = isUpsideDown ? -Math.sin(angle) : Math.sin(angle);
  const rowByY = isUpsideDown ? -Math.cos(angle) : Math.cos(angle);
  const columnByX = isMirrored ? -Math.cos(angle) : Math.cos(angle);
  const columnByY = isMirrored ? Math.sin(angle) : -Math.sin(angle);
  const stride = width * channels;
  const lastRow = Math.min(height, height - top);
  const lastColumn = Math.min(width, width - left);
  for (let row = Math.max(0, 0 - top); row < lastRow; row++) {
    const y = row + top - middleRow;
    for (let column = Math.max(0, 0 - left); column < lastColumn; column++) {
      const x = column + left - middleColumn;
      const fromRow = middleRow + rowByX * x + rowByY * y;
      const fromColumn = middleColumn + columnByX * x + columnByY * y;
      const above = Math.floor(fromRow);
      const before = Math.floor(fromColumn);
      const to = (row * width + column) * channels;
      if (above < 0 || above + 1 >= height || before < 0 || before + 1 >= width) {
        interpolateAtBorder(bytes, shape, fromRow, fromColumn, out, to);
        continue;
      }
      const lower = (fromRow - above) / 255;
      const upper = 1 / 255 - lower;
      const later = fromColumn - before;
      const earlier = 1 - later;
      const from = above * stride + before * channels;
      for (let channel = 0; channel < channels; channel++) {
        const at = from + channel;
        const first = earlier * (bytes[at] as number) + later * (bytes[at + channels] as number);
        const second = earlier * (bytes[at + stride] as number) + later * (bytes[at + stride + channels] as number);
        out[to + channel] = upper * first + lower * second;
      }
    }
  }
}

/** Writes the pixel at a place between four others, weighted by their nearness, of which some are outside, and black. */
function interpolateAtBorder(
  bytes: Uint8Array,
  [height, width, channels]: ImageSet['imageShape'],
  row: number,
  column: number,
  out: Float32Array,
  to: number,
): void {
  const above = Math.floor(row);
  const before = Math.floor(column);
  if (above < -1 || above >= height || before < -1 || before >= width) return;
  for (let y = Math.max(above, 0); y <= Math.min(above + 1, height - 1); y++) {
    for (let x = Math.max(before, 0); x <= Math.min(before + 1, width - 1); x++) {
      const weight = ((1 - Math.abs(row - y)) * (1 - Math.abs(column - x))) / 255;
      const from = (y * width + x) * channels;
      for (let channel = 0; channel < channels; channel++) {
        out[to + channel] = (out[to + channel] as number) + weight * (bytes[from + channel] as number);
      }
    }
  }
}
