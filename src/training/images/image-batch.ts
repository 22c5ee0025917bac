import type * as tf from '@tensorflow/tfjs-core';
import type { Rng } from '../../base/rng.ts';
import { runKernel } from '../ops/run-kernel.ts';
import type { ImageSet } from './image-set.ts';
import { levelsOf, type Normalisation } from './normalisation.ts';

export type { Normalisation } from './normalisation.ts';

/** Kernel: {} → [float32 [N, height, width, channels]]. */
export const ImageBatch = 'HpoImageBatch';

export interface ImageBatchAttributes {
  readonly set: ImageSet;
  /** The numbers of the images, in the batch's order. */
  readonly indices: Uint32Array;
  /** The value of each byte in each channel, [channel · 256 + byte]. */
  readonly levels: Float32Array;
  /**
   * Four numbers an image: whether it is mirrored left to right, whether it is upside down (0 or 1), and the offset of
   * the crop's corner from the image's own, down and to the right, in pixels. Pixels outside have the byte 0.
   */
  readonly placements: Int32Array;
}

/** Random changes of a training image; absent ones are not made. */
export interface Augmentation {
  /** Probability of a mirror image, left to right. */
  readonly horizontalFlip?: number;
  /** Probability of turning the image upside down. */
  readonly verticalFlip?: number;
  /** The most pixels by which the image is shifted each way; pixels that come in are black before normalisation. */
  readonly cropPadding?: number;
}

/**
 * A batch of normalised images: value = (byte / 255 − mean) / deviation of its channel.
 *
 * @param indices numbers of the images, in the batch's order.
 * @param augment random changes, and the stream they are drawn from (up to four draws an image, in order).
 * @returns float32 [N, height, width, channels], the same on every backend, bit by bit.
 */
export function imageBatch(
  set: ImageSet,
  indices: Uint32Array,
  normalisation: Normalisation,
  augment?: { readonly augmentation: Augmentation; readonly rng: Rng },
): tf.Tensor4D {
  const levels = levelsOf(normalisation, set.imageShape[2]);
  const placements = new Int32Array(4 * indices.length);
  if (augment) {
    for (let at = 0; at < placements.length; at += 4) placements.set(draw(augment.augmentation, augment.rng), at);
  }
  const attributes: ImageBatchAttributes = { set, indices, levels, placements };
  return runKernel(ImageBatch, {}, attributes)[0] as tf.Tensor4D;
}

/** One image's four numbers of {@link ImageBatchAttributes.placements}. */
function draw({ horizontalFlip = 0, verticalFlip = 0, cropPadding = 0 }: Augmentation, rng: Rng): number[] {
  const shift = (): number => (cropPadding > 0 ? rng.integer(2 * cropPadding + 1) - cropPadding : 0);
  const isMirrored = horizontalFlip > 0 && rng.uniform() < horizontalFlip;
  const isUpsideDown = verticalFlip > 0 && rng.uniform() < verticalFlip;
  return [Number(isMirrored), Number(isUpsideDown), shift(), shift()];
}
