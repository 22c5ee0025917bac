import * as tf from '@tensorflow/tfjs-core';
import type { Rng } from '../../rng.ts';
import type { ImageSet } from '../data/image-set.ts';

/** Mean and standard deviation of each channel, of pixels scaled to 0..1. */
export interface Normalisation {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** Random changes of a training image; what is absent is not done. */
export interface Augmentation {
  /** Probability of a mirror image, left to right. */
  readonly horizontalFlip?: number;
  /** Probability of turning the image upside down. */
  readonly verticalFlip?: number;
  /** The image is shifted by up to this many pixels each way; what comes in is black before normalisation. */
  readonly cropPadding?: number;
}

/** What happens to one image of a batch. */
interface Placement {
  readonly isMirrored: boolean;
  readonly isUpsideDown: boolean;
  /** Offset of the crop's corner from the image's own, in pixels. */
  readonly top: number;
  readonly left: number;
}

/**
 * A batch of normalised images: value = (byte / 255 − mean) / deviation of its channel. The images are bytes in
 * JavaScript's memory, so they are gathered, changed and scaled there in one pass, and uploaded once.
 *
 * @param indices numbers of the images, in the batch's order.
 * @param augment random changes, and the stream they are drawn from (up to four draws an image, in order).
 * @returns float32 [N, height, width, channels].
 */
export function imageBatch(
  set: ImageSet,
  indices: Uint32Array,
  normalisation: Normalisation,
  augment?: { readonly augmentation: Augmentation; readonly rng: Rng },
): tf.Tensor4D {
  const [height, width, channels] = set.imageShape;
  const imageSize = height * width * channels;
  const tables = levels(normalisation, channels);
  const values = new Float32Array(indices.length * imageSize);
  for (const [position, index] of indices.entries()) {
    const source = set.pixels.subarray(index * imageSize, (index + 1) * imageSize);
    const target = values.subarray(position * imageSize, (position + 1) * imageSize);
    if (augment) place(source, target, tables, set.imageShape, draw(augment.augmentation, augment.rng));
    else
      for (let at = 0; at < imageSize; at++)
        target[at] = tables[(at % channels) * 256 + (source[at] as number)] as number;
  }
  return tf.tensor4d(values, [indices.length, height, width, channels]);
}

/** The normalised value of each byte in each channel, [channel · 256 + byte]. */
function levels({ mean, deviation }: Normalisation, channels: number): Float32Array {
  return Float32Array.from({ length: channels * 256 }, (_, at) => {
    const channel = Math.floor(at / 256);
    return ((at % 256) / 255 - (mean[channel] as number)) / (deviation[channel] as number);
  });
}

function draw({ horizontalFlip = 0, verticalFlip = 0, cropPadding = 0 }: Augmentation, rng: Rng): Placement {
  const shift = (): number => (cropPadding > 0 ? rng.integer(2 * cropPadding + 1) - cropPadding : 0);
  return {
    isMirrored: horizontalFlip > 0 && rng.uniform() < horizontalFlip,
    isUpsideDown: verticalFlip > 0 && rng.uniform() < verticalFlip,
    top: shift(),
    left: shift(),
  };
}

function place(
  source: Uint8Array,
  target: Float32Array,
  tables: Float32Array,
  [height, width, channels]: ImageSet['imageShape'],
  { isMirrored, isUpsideDown, top, left }: Placement,
): void {
  let at = 0;
  for (let y = 0; y < height; y++) {
    const row = (isUpsideDown ? height - 1 - y : y) + top;
    for (let x = 0; x < width; x++) {
      const column = (isMirrored ? width - 1 - x : x) + left;
      const isInside = row >= 0 && row < height && column >= 0 && column < width;
      const from = (row * width + column) * channels;
      for (let channel = 0; channel < channels; channel++, at++) {
        const byte = isInside ? (source[from + channel] as number) : 0;
        target[at] = tables[channel * 256 + byte] as number;
      }
    }
  }
}
