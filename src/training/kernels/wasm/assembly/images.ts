/** Batches of images from bytes. */
import { FLOAT } from './simd';

/**
 * Looks up the normalised value of every byte, the image flipped and shifted on the way.
 *
 * @param bytes uint8 [count, height, width, channels].
 * @param levels [channels, 256], the value of each byte by channel.
 * @param placements int32 [count, 4]: whether the image is mirrored, whether it is upside down, and the offset of the
 *   crop's corner, down and to the right.
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
    const isMirrored = load<i32>(placements) !== 0;
    const isUpsideDown = load<i32>(placements, 4) !== 0;
    const top = load<i32>(placements, 8);
    const left = load<i32>(placements, 12);
    for (let y = 0; y < height; y++) {
      const row = (isUpsideDown ? height - 1 - y : y) + top;
      const isRowInside = row >= 0 && row < height;
      for (let x = 0; x < width; x++) {
        const column = (isMirrored ? width - 1 - x : x) + left;
        const isInside = isRowInside && column >= 0 && column < width;
        const from = bytes + (row * width + column) * channels;
        let level = levels;
        for (let channel = 0; channel < channels; channel++) {
          const byte: i32 = isInside ? load<u8>(from + channel) : 0;
          store<f32>(out, load<f32>(level + byte * FLOAT));
          level += 256 * FLOAT;
          out += FLOAT;
        }
      }
    }
    bytes += height * width * channels;
    placements += 16;
  }
}
