import { HpoError } from '../../base/errors.ts';
import { isWholeNumber } from '../../base/option-checks.ts';
import { Rng } from '../../base/rng.ts';

/** Labelled images as bytes; they become floats when a batch of them is drawn. */
export interface ImageSet {
  /** The images one after the other, each row by row, channels last. */
  readonly pixels: Uint8Array;
  /**
   * Returns the bytes of one image, valid until the next call: for sets that do not hold all their images in memory.
   * Default: the bytes in `pixels`.
   */
  readonly read?: (index: number) => Uint8Array;
  /** Class of each image, from 0. */
  readonly labels: Uint8Array;
  /** [height, width, channels] of every image. */
  readonly imageShape: readonly [number, number, number];
  /** Names of the classes. */
  readonly classes: readonly string[];
}

/** The bytes of one image of a set, row by row, channels last; valid until the next call. */
export function imageBytes(set: ImageSet, index: number): Uint8Array {
  if (set.read) return set.read(index);
  const [height, width, channels] = set.imageShape;
  const size = height * width * channels;
  return set.pixels.subarray(index * size, (index + 1) * size);
}

/** Some images of a set, by number; nothing is copied. */
export interface ImageSelection {
  readonly set: ImageSet;
  /** The numbers of the images in the set. */
  readonly indices: Uint32Array;
}

/** Every image of a set, in order. */
export function allOf(set: ImageSet): ImageSelection {
  return { set, indices: Uint32Array.from(set.labels, (_, index) => index) };
}

/**
 * Draws a training and a validation set without a common image. For one seed the validation images are the same
 * whatever number is trained on, so that losses of short and long trainings compare; a larger training set contains a
 * smaller one.
 *
 * @param counts at least one each, together at most the size of the set; else HPO_DATA.
 * @param seed usually the study's.
 */
export function split(
  set: ImageSet,
  counts: { readonly train: number; readonly validation: number },
  seed: number,
): { readonly train: ImageSelection; readonly validation: ImageSelection } {
  const { train, validation } = counts;
  const size = set.labels.length;
  if (!(isWholeNumber(train, 1) && isWholeNumber(validation, 1) && train + validation <= size)) {
    throw new HpoError(
      'HPO_DATA',
      `${train} training and ${validation} validation images were requested from a set of ${size}: take at least 1 each and ${size} in all`,
      { data: { train, validation, size } },
    );
  }
  const order = new Rng(`${seed}/split`).permutation(size);
  return {
    train: { set, indices: order.slice(validation, validation + train) },
    validation: { set, indices: order.slice(0, validation) },
  };
}
