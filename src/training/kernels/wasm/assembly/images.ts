/** Batches of images from bytes. */
import { FLOAT } from './simd';

/**
 * Looks up the normalised value of every byte, the image flipped and shifted on the way.
 *
 * @param bytes uint8 [count, height, width, channels].
 * @param levels [channels, 256], the value of each byte by channel.
 * @param placements int32 [count, 8]: whether the image is mirrored, whether it is upside down, the offset of the crop's
 *   corner, down and to the right, and the top, left, bottom and right of a hole that is filled with 0.
 * @param out [count, height, width, channels], overwritten.
 */
export function placeImages(
  bytes: usize,
  levels: usize,
  placements: usize,
  out: usize,
  count: i32,
  height: i32,
  width: i32,
  channels: i32,
): void {
  for (let image = 0; image < count; image++) {
    const placed = out;
    const isMirrored = load<i32>(placements) !== 0;
    const isUpsideDown = load<i32>(placements, 4) !== 0;
    const top = load<i32>(placements, 8);
    const left = load<i32>(placements, 12);
    for (let y = 0; y < height; y++) {
      const row = y + top;
      const sourceRow = isUpsideDown ? height - 1 - row : row;
      const isRowInside = row >= 0 && row < height;
      for (let x = 0; x < width; x++) {
        const column = x + left;
        const isInside = isRowInside && column >= 0 && column < width;
        const from = bytes + (sourceRow * width + (isMirrored ? width - 1 - column : column)) * channels;
        if (channels === 3 && isInside) {
          store<f32>(out, load<f32>(levels + <usize>load<u8>(from) * FLOAT));
          store<f32>(out, load<f32>(levels + <usize>load<u8>(from, 1) * FLOAT, 256 * FLOAT), 4);
          store<f32>(out, load<f32>(levels + <usize>load<u8>(from, 2) * FLOAT, 512 * FLOAT), 8);
          out += 3 * FLOAT;
          continue;
        }
        let level = levels;
        for (let channel = 0; channel < channels; channel++) {
          const byte: i32 = isInside ? load<u8>(from + channel) : 0;
          store<f32>(out, load<f32>(level + byte * FLOAT));
          level += 256 * FLOAT;
          out += FLOAT;
        }
      }
    }
    const holeLeft = load<i32>(placements, 20);
    const holeBytes = (load<i32>(placements, 28) - holeLeft) * channels * FLOAT;
    const holeBottom = load<i32>(placements, 24);
    for (let y = load<i32>(placements, 16); y < holeBottom; y++) {
      memory.fill(placed + (y * width + holeLeft) * channels * FLOAT, 0, holeBytes);
    }
    bytes += height * width * channels;
    placements += 32;
  }
}
