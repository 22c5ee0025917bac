import { HpoError } from '../../base/errors.ts';
import { isWholeNumber } from '../../base/option-checks.ts';
import type { ImageSet } from './image-set.ts';

/** The most classes of a set, so that a label and their number fit 16 bits. */
export const MOST_CLASSES = 65_535;

/** The most pixels of an image, as of one of 4,096×4,096, so that no file's claim exhausts the memory. */
export const MOST_PIXELS = 2 ** 24;

/**
 * Refuses a shape that no image of a set may have.
 * @param owner begins the message: the set's file, or the function that makes the set.
 * @throws HpoError HPO_DATA.
 */
export function checkImageShape(imageShape: readonly number[], owner: string): asserts imageShape is Shape {
  const [height, width, channels, ...more] = imageShape;
  const isArea = isWholeNumber(height, 1) && isWholeNumber(width, 1) && height * width <= MOST_PIXELS;
  if (isArea && isWholeNumber(channels, 1, 4) && more.length === 0) return;
  throw new HpoError(
    'HPO_DATA',
    `${owner}: images of shape [${imageShape.join(', ')}]: give [height, width, channels], with 1 to ${MOST_PIXELS} pixels and 1 to 4 channels`,
    { data: { imageShape: [...imageShape] } },
  );
}

type Shape = ImageSet['imageShape'];

/**
 * The labels of a set as it holds them.
 *
 * @param values one whole number for each image, from 0 to one less than there are classes.
 * @param owner begins the message: the labels' file, or the function that makes the set.
 * @throws HpoError HPO_DATA for too many classes or none, no images, or a label without a class; it names the image.
 */
export function labelsOf(values: ArrayLike<number>, classes: readonly string[], owner: string): Uint16Array {
  const refuse = (problem: string, data: Readonly<Record<string, unknown>> = {}): never => {
    throw new HpoError('HPO_DATA', `${owner}: ${problem}`, { data });
  };
  if (classes.length === 0 || classes.length > MOST_CLASSES) {
    refuse(`${classes.length} classes; a set has 1 to ${MOST_CLASSES}`, { classes: classes.length });
  }
  if (values.length === 0) refuse('there are no images; a set has at least one');
  const labels = new Uint16Array(values.length);
  for (let at = 0; at < labels.length; at++) {
    const label = values[at];
    if (!isWholeNumber(label, 0, classes.length - 1)) {
      refuse(`image ${at} has the label ${label}; the classes are 0 to ${classes.length - 1}`, { image: at, label });
    }
    labels[at] = label as number;
  }
  return labels;
}

/**
 * Refuses a set with a class of which it has no image: nothing could learn it, and its figures would be no numbers.
 * @param owner begins the message: the set's file or folder.
 * @throws HpoError HPO_DATA that names the class.
 */
export function checkEveryClassOccurs({ labels, classes }: Pick<ImageSet, 'labels' | 'classes'>, owner: string): void {
  const missing = classes[countsByClass(labels, classes.length).indexOf(0)];
  if (missing === undefined) return;
  throw new HpoError(
    'HPO_DATA',
    `${owner}: class ${JSON.stringify(missing)} has no image; add some, or leave the class out`,
    { data: { class: missing } },
  );
}

/** The number of images of each class. @param classes how many there are. */
export function countsByClass(labels: Iterable<number>, classes: number): Uint32Array {
  const counts = new Uint32Array(classes);
  for (const label of labels) counts[label] = (counts[label] as number) + 1;
  return counts;
}
