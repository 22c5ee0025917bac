/** A change of an image's colours with its drawn factor; of the hue, a turn by −0.5 to 0.5 of the circle. */
export interface ColourStep {
  readonly kind: 'brightness' | 'contrast' | 'saturation' | 'hue';
  readonly amount: number;
}

/** Changes pixels of one or three channels, from 0 to 1, in place. */
type Change = (pixels: Float32Array, channels: 1 | 3, amount: number) => void;

const changes: Readonly<Record<ColourStep['kind'], Change>> = {
  brightness(pixels, _, factor) {
    for (let at = 0; at < pixels.length; at++) pixels[at] = within((pixels[at] as number) * factor);
  },

  contrast(pixels, channels, factor) {
    const share = (1 - factor) * meanGrey(pixels, channels);
    for (let at = 0; at < pixels.length; at++) pixels[at] = within((pixels[at] as number) * factor + share);
  },

  saturation(pixels, channels, factor) {
    if (channels === 1) return;
    for (let at = 0; at < pixels.length; at += 3) {
      const red = pixels[at] as number;
      const green = pixels[at + 1] as number;
      const blue = pixels[at + 2] as number;
      const share = (1 - factor) * grey(red, green, blue);
      pixels[at] = within(red * factor + share);
      pixels[at + 1] = within(green * factor + share);
      pixels[at + 2] = within(blue * factor + share);
    }
  },

  hue(pixels, channels, turn) {
    if (channels === 1) return;
    for (let at = 0; at < pixels.length; at += 3) turnHue(pixels, at, turn);
  },
};

/**
 * Changes the colours of an image in place, step by step, by the definitions of torchvision 0.28 for float tensors
 * (`adjust_brightness` and its like).
 *
 * @param pixels float32 [height · width · channels], from 0 to 1, and so afterwards.
 */
export function changeColours(pixels: Float32Array, channels: 1 | 3, steps: readonly ColourStep[]): void {
  for (const { kind, amount } of steps) changes[kind](pixels, channels, amount);
}

function within(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

/** The weights are torchvision's, whose sum is 0.9999. */
function grey(red: number, green: number, blue: number): number {
  return 0.2989 * red + 0.587 * green + 0.114 * blue;
}

function meanGrey(pixels: Float32Array, channels: 1 | 3): number {
  let sum = 0;
  if (channels === 1) {
    for (let at = 0; at < pixels.length; at++) sum += pixels[at] as number;
  } else {
    for (let at = 0; at < pixels.length; at += 3) {
      sum += grey(pixels[at] as number, pixels[at + 1] as number, pixels[at + 2] as number);
    }
  }
  return (sum * channels) / pixels.length;
}

/** Turns the hue of the pixel at a position; its value and its saturation in HSV stay. */
function turnHue(pixels: Float32Array, at: number, turn: number): void {
  const red = pixels[at] as number;
  const green = pixels[at + 1] as number;
  const blue = pixels[at + 2] as number;
  const most = Math.max(red, green, blue);
  const least = Math.min(red, green, blue);
  const range = most - least;
  if (range === 0) return;
  const sixths =
    red === most ? (green - blue) / range : green === most ? 2 + (blue - red) / range : 4 + (red - green) / range;
  const sum = sixths + 6 * turn; // from −4 to 8
  const turned = sum < 0 ? sum + 6 : sum < 6 ? sum : sum - 6;
  pixels[at] = most - range * within(Math.min(ahead(turned, 5), 4 - ahead(turned, 5)));
  pixels[at + 1] = most - range * within(Math.min(ahead(turned, 3), 4 - ahead(turned, 3)));
  pixels[at + 2] = most - range * within(Math.min(ahead(turned, 1), 4 - ahead(turned, 1)));
}

/** A place on the circle of six sixths that lies so many sixths after another. */
function ahead(sixths: number, by: number): number {
  return sixths + by < 6 ? sixths + by : sixths + by - 6;
}
