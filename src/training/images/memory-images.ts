import { HpoError } from '../../base/errors.ts';
import { type ImageSet, imageSize } from './image-set.ts';
import { checkImageShape, labelsOf } from './set-checks.ts';

/** The images of {@link memoryImages}. */
export interface MemoryImagesOptions {
  /** The images one after the other, each row by row, channels last; kept, not copied. */
  readonly pixels: Uint8Array;
  /** Class of each image, from 0. */
  readonly labels: ArrayLike<number>;
  /** [height, width, channels] of every image, with 1 to 4 channels. */
  readonly imageShape: readonly [height: number, width: number, channels: number];
  /** Names of the classes, at most 65,535. */
  readonly classes: readonly string[];
}

/**
 * Labelled images that a program has in its memory.
 *
 * @throws HpoError HPO_DATA for a shape that no image has, pixels that are not those of as many images as there are
 *   labels, and a label without a class.
 * @example
 * const set = memoryImages({ pixels: new Uint8Array(2 * 28 * 28), labels: [0, 1], imageShape: [28, 28, 1], classes: ['a', 'b'] });
 */
export function memoryImages({ pixels, labels, imageShape, classes }: MemoryImagesOptions): ImageSet {
  const owner = 'memoryImages()';
  checkImageShape(imageShape, owner);
  const size = imageSize(imageShape);
  if (pixels.length !== labels.length * size) {
    throw new HpoError(
      'HPO_DATA',
      `${owner}: ${pixels.length} bytes of pixels for ${labels.length} labels; images of shape [${imageShape.join(', ')}] have ${size} bytes each`,
      { data: { bytes: pixels.length, labels: labels.length, imageShape: [...imageShape] } },
    );
  }
  return Object.freeze({
    labels: labelsOf(labels, classes, owner),
    imageShape: Object.freeze([...imageShape] as const),
    classes: Object.freeze([...classes]),
    read: (index: number) => pixels.subarray(index * size, (index + 1) * size),
  });
}
