import * as tf from '@tensorflow/tfjs-core';
import { HpoError } from '../../base/errors.ts';
import { runKernel } from '../ops/run-kernel.ts';
import { writeChanged } from './changed-image.ts';
import { type ImageSet, imageSize } from './image-set.ts';
import { levelsOf, type Normalisation } from './normalisation.ts';
import { type ImageChange, NO_CHANGE, type RandomChanges } from './random-changes.ts';

/** Kernel: {} → [float32 [N, height, width, channels]]. */
export const ImageBatch = 'HpoImageBatch';

export interface ImageBatchAttributes {
  readonly set: ImageSet;
  /** The numbers of the images, in the batch's order. */
  readonly indices: Uint32Array;
  /** The value of each byte in each channel, [channel · 256 + byte]. */
  readonly levels: Float32Array;
  /**
   * {@link placementLength} numbers an image: whether it is mirrored left to right, whether it is upside down (0 or 1),
   * the offset of the crop's corner from the flipped image's own, down and to the right, in pixels, and the top, left,
   * bottom and right of a hole, whose pixels are 0 after normalisation. Pixels from outside have the byte 0.
   */
  readonly placements: Int32Array;
}

/** The numbers of an image in {@link ImageBatchAttributes.placements}. */
export const placementLength = 8;

/**
 * A batch of normalised images: value = (byte / 255 − mean) / deviation of its channel.
 *
 * Flips, shifts and holes move bytes in the backend's own kernel. Changes that compute pixels are made here in float64
 * and kept as float32, image by image, whatever the backend.
 *
 * @param indices numbers of the images, in the batch's order.
 * @param changes random ones of each image; none by default.
 * @returns float32 [N, height, width, channels], the same on every backend, bit by bit.
 * @throws HpoError HPO_DATA for a normalisation that is not one for these images, or a change of colours of images with
 *   two or four channels.
 */
export function imageBatch(
  set: ImageSet,
  indices: Uint32Array,
  normalisation: Normalisation,
  changes?: RandomChanges,
): tf.Tensor4D {
  const levels = levelsOf(normalisation, set.imageShape[2]);
  if (changes && !changes.isMove) return changedBatch(set, indices, normalisation, changes);
  const placements = new Int32Array(placementLength * indices.length);
  for (const [position, index] of changes ? indices.entries() : []) {
    placements.set(placementOf((changes as RandomChanges).of(index, set.imageShape)), placementLength * position);
  }
  const attributes: ImageBatchAttributes = { set, indices, levels, placements };
  return runKernel(ImageBatch, {}, attributes)[0] as tf.Tensor4D;
}

function placementOf({ isMirrored, isUpsideDown, top, left, hole }: ImageChange): number[] {
  return [Number(isMirrored), Number(isUpsideDown), top, left, ...hole];
}

function changedBatch(
  set: ImageSet,
  indices: Uint32Array,
  normalisation: Normalisation,
  changes: RandomChanges,
): tf.Tensor4D {
  const size = imageSize(set.imageShape);
  const values = new Float32Array(indices.length * size);
  for (const [position, index] of indices.entries()) {
    const change = changes.of(index, set.imageShape);
    if (change.colours !== NO_CHANGE.colours) checkColours(set);
    const image = values.subarray(position * size, (position + 1) * size);
    writeChanged(set.read(index), set.imageShape, change, normalisation, image);
  }
  return tf.tensor4d(values, [indices.length, ...set.imageShape]);
}

function checkColours({ imageShape }: ImageSet): void {
  const [, , channels] = imageShape;
  if (channels === 1 || channels === 3) return;
  throw new HpoError(
    'HPO_DATA',
    `a colour jitter changes images of 1 channel or 3, and these have ${channels}: leave \`colourJitter\` out`,
    { data: { imageShape: [...imageShape] } },
  );
}
