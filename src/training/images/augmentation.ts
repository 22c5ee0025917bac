import { checkFields, numberFrom, type OptionKind, refusal, wholeNumberFrom } from '../../base/option-checks.ts';
import { MOST_PIXELS } from './set-checks.ts';

/** Random changes of a training image's colours; absent ones are not made. */
export interface ColourJitter {
  /** The image times a factor from max(0, 1 − brightness) to 1 + brightness. */
  readonly brightness?: number;
  /** The distance of each value from the mean of the image's grey, times a factor from max(0, 1 − contrast) to 1 + contrast. */
  readonly contrast?: number;
  /** The distance of each pixel from its grey, times a factor from max(0, 1 − saturation) to 1 + saturation. */
  readonly saturation?: number;
  /** A turn of the hue by −hue to hue of the whole circle; at most 0.5. */
  readonly hue?: number;
}

/**
 * Random changes of a training image, in the order in which they are made; absent ones are not made. Each is drawn for
 * (seed, epoch, image) alone, so that neither the order of the images nor the other changes matter, and an image that
 * is trained on twice in an epoch is changed alike.
 */
export interface Augmentation {
  /** Probability of a mirror image, left to right. */
  readonly horizontalFlip?: number;
  /** Probability of turning the image upside down. */
  readonly verticalFlip?: number;
  /**
   * The most degrees, up to 180, by which the image is turned about its centre, either way. Pixels are interpolated
   * between their four neighbours, and those that come in are black before normalisation: torchvision's `rotate()` of a
   * float tensor, bilinear.
   */
  readonly rotationDegrees?: number;
  /** The most pixels by which the image is shifted each way; pixels that come in are black before normalisation. */
  readonly cropPadding?: number;
  /**
   * Changes of the colours, in random order, by torchvision's `ColorJitter` of a float tensor: values stay within 0 and
   * 1, grey is 0.2989, 0.587 and 0.114 of red, green and blue, and hue is that of HSV. Images of one channel have
   * neither saturation nor hue; those of two or four are refused.
   */
  readonly colourJitter?: ColourJitter;
  /**
   * The side, in pixels, of a square that is set to the mean (0 after normalisation). Its centre is any pixel, so that
   * part of it may lie outside (DeVries & Taylor 2017).
   */
  readonly cutoutSize?: number;
}

const fromZero: OptionKind = {
  wanted: 'a number from 0 on',
  accepts: (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0,
};

/** @throws HpoError HPO_INVALID_ARGUMENT in one line for an option that does not exist, or a value outside its range. */
export function checkAugmentation(augmentation: Augmentation): void {
  const refuse = refusal('HPO_INVALID_ARGUMENT', 'augmentation');
  const probability = numberFrom(0, 1);
  const fields: Readonly<Record<keyof Augmentation, OptionKind | true>> = {
    horizontalFlip: probability,
    verticalFlip: probability,
    rotationDegrees: numberFrom(0, 180),
    cropPadding: wholeNumberFrom(0, MOST_PIXELS),
    colourJitter: true,
    cutoutSize: wholeNumberFrom(0, MOST_PIXELS),
  };
  checkFields(augmentation, fields, refuse);
  if (augmentation.colourJitter === undefined) return;
  const strengths = { brightness: fromZero, contrast: fromZero, saturation: fromZero, hue: numberFrom(0, 0.5) };
  checkFields(augmentation.colourJitter, strengths, refusal('HPO_INVALID_ARGUMENT', 'augmentation, `colourJitter`'));
}
