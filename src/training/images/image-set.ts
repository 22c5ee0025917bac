/**
 * Labelled images of one size, read one at a time; they become floats when a batch of them is drawn. `memoryImages()`,
 * `imageFolder()`, `npyImages()` and `cifar10()` make sets, and an object of your own with these fields is another.
 */
export interface ImageSet {
  /** Class of each image, from 0. */
  readonly labels: Uint16Array;
  /** [height, width, channels] of every image, with 1 to 4 channels. */
  readonly imageShape: readonly [height: number, width: number, channels: number];
  /** Names of the classes, at most 65,535. */
  readonly classes: readonly string[];
  /**
   * The bytes of one image, row by row, channels last. They are valid until the next call.
   *
   * @param index the image's number, from 0 to one less than there are labels.
   */
  read(index: number): Uint8Array;
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

/** The number of bytes of an image of a shape. */
export function imageSize([height, width, channels]: ImageSet['imageShape']): number {
  return height * width * channels;
}
