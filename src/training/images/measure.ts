import { HpoError } from '../../base/errors.ts';
import { checkFields, oneOf, refusal } from '../../base/option-checks.ts';
import { allOf, type ImageSelection, type ImageSet } from './image-set.ts';
import type { Normalisation } from './normalisation.ts';

/** The options of {@link measure}. */
export interface MeasureOptions {
  /**
   * `'pixels'` (default): the standard deviation of a channel over all pixels of all images (divisor n, as NumPy's
   * `std`). `'images'`: the mean of the images' own standard deviations (divisor n − 1, as PyTorch's `image.std()`),
   * smaller since the differences between images do not count; images of one pixel have none.
   */
  readonly deviation?: 'pixels' | 'images';
}

/**
 * Measures the mean and the standard deviation of each channel, with pixels scaled to 0..1, in float64. It reads every
 * image once (50,000 of 32×32 take about a second).
 *
 * @param images a whole set, or a part of it: the training images, so that nothing is learnt from the others.
 * @throws HpoError HPO_DATA for no images, or images of one pixel where their own deviations are asked for.
 */
export function measure(images: ImageSet | ImageSelection, options: MeasureOptions = {}): Normalisation {
  const refuse = refusal('HPO_INVALID_ARGUMENT', 'measure()');
  checkFields(options, { deviation: oneOf('pixels', 'images') }, refuse);
  const { set, indices } = 'set' in images ? images : allOf(images);
  const [height, width, channels] = set.imageShape;
  const area = height * width;
  const isByImage = options.deviation === 'images';
  if (indices.length === 0) throw new HpoError('HPO_DATA', 'measure(): there are no images; give at least one');
  if (isByImage && area === 1) {
    throw new HpoError('HPO_DATA', 'measure(): an image of one pixel has no deviation of its own; measure over pixels');
  }
  const sums = new Float64Array(channels);
  const squares = new Float64Array(channels);
  const own = new Float64Array(channels);
  for (const index of indices) {
    const bytes = set.read(index);
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0;
      let square = 0;
      for (let at = channel; at < bytes.length; at += channels) {
        const byte = bytes[at] as number;
        sum += byte;
        square += byte * byte;
      }
      sums[channel] = (sums[channel] as number) + sum;
      squares[channel] = (squares[channel] as number) + square;
      if (isByImage) own[channel] = (own[channel] as number) + Math.sqrt(spread(sum, square, area) / area / (area - 1));
    }
  }
  const count = area * indices.length;
  const overPixels = squares.map(
    (square, channel) => Math.sqrt(spread(sums[channel] as number, square, count)) / count,
  );
  return {
    mean: Array.from(sums, (sum) => sum / count / 255),
    deviation: Array.from(isByImage ? own.map((sum) => sum / indices.length) : overPixels, (value) => value / 255),
  };
}

/**
 * n² times the variance of n bytes, from their sum and the sum of their squares. These are whole numbers that float64
 * holds exactly, and their difference is taken of whole numbers, too, so that no digits are lost.
 */
function spread(sum: number, squares: number, count: number): number {
  return Number(BigInt(count) * BigInt(squares) - BigInt(sum) * BigInt(sum));
}
