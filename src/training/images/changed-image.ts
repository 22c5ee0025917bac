import { changeColours } from './colour-steps.ts';
import type { ImageSet } from './image-set.ts';
import type { Normalisation } from './normalisation.ts';
import type { ImageChange } from './random-changes.ts';

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
  resample(bytes, [height, width, channels], change, out);
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

/** The value of each byte, from 0 to 1. */
const VALUES = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/**
 * Moves pixels to their places, scaled to 0..1. The angle's sense, centre and interpolation are those of torchvision's
 * `rotate()` of a float tensor (bilinear; `grid_sample` with zeros outside and `align_corners` false).
 */
function resample(bytes: Uint8Array, shape: ImageSet['imageShape'], change: ImageChange, out: Float32Array): void {
  const [height, width, channels] = shape;
  const { isMirrored, isUpsideDown, degrees, top, left } = change;
  const [down, right] = [isUpsideDown ? -1 : 1, isMirrored ? -1 : 1];
  const [middleRow, middleColumn] = [(height - 1) / 2, (width - 1) / 2];
  const angle = (degrees * Math.PI) / 180;
  const [rowByX, rowByY] = [down * Math.sin(angle), down * Math.cos(angle)];
  const [columnByX, columnByY] = [right * Math.cos(angle), -right * Math.sin(angle)];
  const lastRow = Math.min(height, height - top);
  const lastColumn = Math.min(width, width - left);
  out.fill(0);
  for (let row = Math.max(0, -top); row < lastRow; row++) {
    const y = row + top - middleRow;
    for (let column = Math.max(0, -left); column < lastColumn; column++) {
      const x = column + left - middleColumn;
      const fromRow = middleRow + rowByX * x + rowByY * y;
      const fromColumn = middleColumn + columnByX * x + columnByY * y;
      const to = (row * width + column) * channels;
      if (degrees === 0) {
        const from = (fromRow * width + fromColumn) * channels;
        for (let channel = 0; channel < channels; channel++) {
          out[to + channel] = VALUES[bytes[from + channel] as number] as number;
        }
      } else interpolate(bytes, height, width, channels, fromRow, fromColumn, out, to);
    }
  }
}

/** Writes the pixel at a place between four others, weighted by their nearness; those outside count as black. */
function interpolate(
  bytes: Uint8Array,
  height: number,
  width: number,
  channels: number,
  row: number,
  column: number,
  out: Float32Array,
  to: number,
): void {
  const above = Math.floor(row);
  const before = Math.floor(column);
  if (above < -1 || above >= height || before < -1 || before >= width) return;
  const lower = row - above;
  const later = column - before;
  // A neighbour outside is replaced by the one inside, with no weight.
  const first = (above < 0 ? 0 : above) * width;
  const second = (above + 1 < height ? above + 1 : above) * width;
  const one = before < 0 ? 0 : before;
  const other = before + 1 < width ? before + 1 : before;
  const upper = above < 0 ? 0 : (1 - lower) / 255;
  const under = above + 1 < height ? lower / 255 : 0;
  const earlier = before < 0 ? 0 : 1 - later;
  const after = before + 1 < width ? later : 0;
  const [at00, at01] = [(first + one) * channels, (first + other) * channels];
  const [at10, at11] = [(second + one) * channels, (second + other) * channels];
  for (let channel = 0; channel < channels; channel++) {
    const top = earlier * (bytes[at00 + channel] as number) + after * (bytes[at01 + channel] as number);
    const bottom = earlier * (bytes[at10 + channel] as number) + after * (bytes[at11 + channel] as number);
    out[to + channel] = upper * top + under * bottom;
  }
}
