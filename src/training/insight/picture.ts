/** A picture: bytes row by row, channels last: grey, grey and alpha, RGB, or RGB and alpha. */
export interface Picture {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

type Rgb = readonly [red: number, green: number, blue: number];

/** The colours of a map's values, from 0 to 1 in equal steps: dark, then warmer and lighter. */
const HEAT: readonly Rgb[] = [
  [20, 11, 82],
  [101, 21, 110],
  [187, 55, 84],
  [241, 115, 29],
  [252, 206, 37],
];

/** The share of the heat's colour where its value is 1. */
const heatShare = 0.75;

/** A picture in RGB; alpha is left out. */
export function inRgb(picture: Picture): Picture {
  const { bytes, channels } = picture;
  if (channels === 3) return picture;
  const rgb = new Uint8Array((bytes.length / channels) * 3);
  for (let at = 0; at < rgb.length; at++) {
    rgb[at] = bytes[Math.floor(at / 3) * channels + (channels > 2 ? at % 3 : 0)] as number;
  }
  return { ...picture, bytes: rgb, channels: 3 };
}

/** A picture whose sides have at most `most` pixels: each pixel the mean of a block of the given one. */
export function reduced(picture: Picture, most: number): Picture {
  const { bytes, width, height, channels } = picture;
  const factor = Math.ceil(Math.max(width, height) / most);
  if (factor <= 1) return picture;
  const [columns, rows] = [Math.ceil(width / factor), Math.ceil(height / factor)];
  const sums = new Float64Array(columns * rows * channels);
  const counts = new Float64Array(columns * rows);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const to = Math.floor(y / factor) * columns + Math.floor(x / factor);
      counts[to] = (counts[to] as number) + 1;
      for (let c = 0; c < channels; c++) {
        sums[to * channels + c] =
          (sums[to * channels + c] as number) + (bytes[(y * width + x) * channels + c] as number);
      }
    }
  }
  const means = Uint8Array.from(sums, (sum, at) => Math.round(sum / (counts[Math.floor(at / channels)] as number)));
  return { bytes: means, width: columns, height: rows, channels };
}

/** Pictures of one size and one number of channels, side by side. */
export function strip(pictures: readonly Picture[]): Picture {
  const { width, height, channels } = pictures[0] as Picture;
  const row = width * channels;
  const bytes = new Uint8Array(pictures.length * height * row);
  for (const [at, picture] of pictures.entries()) {
    for (let y = 0; y < height; y++) {
      bytes.set(picture.bytes.subarray(y * row, (y + 1) * row), (y * pictures.length + at) * row);
    }
  }
  return { bytes, width: width * pictures.length, height, channels };
}

/** Pictures of one width and one number of channels, one below the other. */
export function stacked(pictures: readonly Picture[]): Picture {
  const bytes = new Uint8Array(pictures.reduce((sum, picture) => sum + picture.bytes.length, 0));
  let end = 0;
  for (const picture of pictures) {
    bytes.set(picture.bytes, end);
    end += picture.bytes.length;
  }
  const height = pictures.reduce((sum, picture) => sum + picture.height, 0);
  return { ...(pictures[0] as Picture), bytes, height };
}

/** One channel of a picture: in its own colour where it is one of red, green and blue, else in grey. */
export function channelOf({ bytes, channels, ...size }: Picture, channel: number): Picture {
  const isColour = channels >= 3 && channel < 3;
  const rgb = new Uint8Array((bytes.length / channels) * 3);
  for (let at = 0; at < rgb.length; at++) {
    if (!isColour || at % 3 === channel) rgb[at] = bytes[Math.floor(at / 3) * channels + channel] as number;
  }
  return { ...size, bytes: rgb, channels: 3 };
}

/**
 * A picture in grey with a map over it, in warmer and stronger colours the greater its values are.
 *
 * @param map values from 0 to 1, of the picture's size.
 */
export function heated(picture: Picture, map: Float32Array): Picture {
  const { bytes } = inRgb(picture);
  const rgb = new Uint8Array(bytes.length);
  for (let pixel = 0; pixel < map.length; pixel++) {
    const at = 3 * pixel;
    const grey = 0.299 * (bytes[at] as number) + 0.587 * (bytes[at + 1] as number) + 0.114 * (bytes[at + 2] as number);
    const value = map[pixel] as number;
    const share = heatShare * Math.sqrt(value);
    const colour = heatColour(value);
    for (let c = 0; c < 3; c++) rgb[at + c] = Math.round(grey * (1 - share) + (colour[c] as number) * share);
  }
  return { ...picture, bytes: rgb, channels: 3 };
}

function heatColour(value: number): Rgb {
  const place = value * (HEAT.length - 1);
  const low = Math.min(Math.floor(place), HEAT.length - 2);
  const [from, to] = [HEAT[low] as Rgb, HEAT[low + 1] as Rgb];
  const mix = (c: 0 | 1 | 2): number => from[c] + (to[c] - from[c]) * (place - low);
  return [mix(0), mix(1), mix(2)];
}
