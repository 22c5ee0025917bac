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
  const counts = Array.from({ length: channels }, () => new Float64Array(256));
  const own = new Float64Array(channels);
  for (const index of indices) {
    const bytes = set.read(index);
    for (const [channel, count] of counts.entries()) {
      let sum = 0;
      let squares = 0;
      for (let at = channel; at < bytes.length; at += channels) {
        const byte = bytes[at] as number;
        count[byte] = (count[byte] as number) + 1;
        sum += byte;
        squares += byte * byte;
      }
      const variance = Math.max(squares - (sum * sum) / area, 0) / (area - 1);
      own[channel] = (own[channel] as number) + Math.sqrt(variance) / 255;
    }
  }
  const overPixels = counts.map((count) => momentsOf(count, area * indices.length));
  return {
    mean: overPixels.map(({ mean }) => mean),
    deviation: isByImage ? [...own].map((sum) => sum / indices.length) : overPixels.map(({ deviation }) => deviation),
  };
}

/** Mean and standard deviation of bytes scaled to 0..1. @param counts how often each of the 256 bytes occurs. */
function momentsOf(counts: Float64Array, total: number): { mean: number; deviation: number } {
  const mean = counts.reduce((sum, count, byte) => sum + (count * byte) / 255, 0) / total;
  const variance = counts.reduce((sum, count, byte) => sum + count * (byte / 255 - mean) ** 2, 0) / total;
  return { mean, deviation: Math.sqrt(variance) };
}
