import { HpoError } from '../../base/errors.ts';
import { checkFields, flag, isWholeNumber, refusal } from '../../base/option-checks.ts';
import { Rng } from '../../base/rng.ts';
import { apportion } from './apportion.ts';
import type { ImageSelection, ImageSet } from './image-set.ts';
import { countsByClass } from './set-checks.ts';

/** The sizes of the parts of a set: each a number of images (a whole number from 1 on), or a share of all (below 1). */
export interface SplitSizes {
  readonly train: number;
  readonly validation: number;
}

/** The options of {@link split}. */
export interface SplitOptions {
  /** Whether each part has the classes in the set's proportions, but for rounding; default false. */
  readonly stratified?: boolean;
}

/** Training images for each class on average, from which on a class without any counts as a mistake. */
const IMAGES_A_CLASS = 10;

/**
 * Draws a training and a validation set without a common image. For one seed the validation images are the same
 * whatever number is trained on, so that losses of short and long trainings compare; a larger training set contains a
 * smaller one (where it is stratified: but for single images, by the rounding of shares).
 *
 * @param sizes at least one image each, together at most the set, as in `{ train: 45_000, validation: 5_000 }` or
 *   `{ train: 0.8, validation: 0.2 }`. Shares are rounded to whole images; two that make up 1 take every image.
 * @param seed usually the study's.
 * @throws HpoError HPO_DATA for sizes that do not fit; for a class that a stratified split would leave without an image
 *   in a part; and where a class has none among the training images although there are ten or more for each on average.
 */
export function split(
  set: ImageSet,
  sizes: SplitSizes,
  seed: number,
  options: SplitOptions = {},
): { readonly train: ImageSelection; readonly validation: ImageSelection } {
  checkFields(options, { stratified: flag }, refusal('HPO_INVALID_ARGUMENT', 'split()'));
  const { train, validation } = countsOf(sizes, set.labels.length);
  const order = new Rng(`${seed}/split`).permutation(set.labels.length);
  const parts = options.stratified
    ? stratifiedParts(set, order, train, validation)
    : { train: order.slice(validation, validation + train), validation: order.slice(0, validation) };
  checkTrained(set, parts.train);
  return { train: { set, indices: parts.train }, validation: { set, indices: parts.validation } };
}

/** The sizes as numbers of images. */
function countsOf({ train, validation }: SplitSizes, size: number): SplitSizes {
  const isShare = (value: number): boolean => value > 0 && value < 1;
  const count = (value: number): number => (isShare(value) ? Math.round(value * size) : value);
  const counts = { train: count(train), validation: count(validation) };
  const isRoundedUp = isShare(train) && isShare(validation) && train + validation <= 1 + Number.EPSILON;
  if (isRoundedUp) counts.train = Math.min(counts.train, size - counts.validation);
  if (Object.values(counts).every((value) => isWholeNumber(value, 1)) && counts.train + counts.validation <= size) {
    return counts;
  }
  throw new HpoError(
    'HPO_DATA',
    `${train} training and ${validation} validation images were requested from a set of ${size}: take at least 1 each and ${size} in all`,
    { data: { train, validation, size } },
  );
}

/** The first images of each class in a random order go to the validation, the next ones to the training. */
function stratifiedParts(
  { labels, classes }: ImageSet,
  order: Uint32Array,
  train: number,
  validation: number,
): { train: Uint32Array; validation: Uint32Array } {
  const counts = countsByClass(labels, classes.length);
  const validated = apportion(validation, counts, counts);
  const rest = counts.map((count, label) => count - (validated[label] as number));
  const trained = apportion(train, counts, rest);
  for (const [label, name] of classes.entries()) {
    const part = validated[label] === 0 ? `${validation} validation` : `${train} training`;
    if (validated[label] === 0 || trained[label] === 0) {
      throw new HpoError(
        'HPO_DATA',
        `class ${JSON.stringify(name)} has too few images for a stratified split: none of its ${counts[label]} of ${labels.length} would be among the ${part} images`,
        { data: { class: name, images: counts[label] } },
      );
    }
  }
  const take = (images: Uint32Array, quota: Uint32Array): Uint32Array => {
    const left = quota.slice();
    return images.filter((index) => {
      const label = labels[index] as number;
      const isTaken = (left[label] as number) > 0;
      if (isTaken) left[label] = (left[label] as number) - 1;
      return isTaken;
    });
  };
  const heldOut = take(order, validated);
  const isHeldOut = new Set(heldOut);
  return {
    train: take(
      order.filter((index) => !isHeldOut.has(index)),
      trained,
    ),
    validation: heldOut,
  };
}

function checkTrained({ labels, classes }: ImageSet, indices: Uint32Array): void {
  if (indices.length < IMAGES_A_CLASS * classes.length) return;
  const counts = countsByClass(
    indices.map((index) => labels[index] as number),
    classes.length,
  );
  const missing = classes[counts.indexOf(0)];
  if (missing === undefined) return;
  throw new HpoError(
    'HPO_DATA',
    `class ${JSON.stringify(missing)} has no image among the ${indices.length} training images: split with { stratified: true }, or leave the class out`,
    { data: { class: missing, train: indices.length } },
  );
}
