import { Rng } from '../../base/rng.ts';
import { mix } from '../ops/dropout.ts';
import { type Augmentation, type ColourJitter, checkAugmentation } from './augmentation.ts';
import type { ColourStep } from './colour-steps.ts';
import type { ImageSet } from './image-set.ts';

/** The changes of one image, drawn. */
export interface ImageChange {
  readonly isMirrored: boolean;
  readonly isUpsideDown: boolean;
  /** The angle by which the flipped image is turned, counter-clockwise. */
  readonly degrees: number;
  /** The offset of the crop's corner from the turned image's own, down and to the right, in pixels. */
  readonly top: number;
  readonly left: number;
  /** In the order in which they are made. */
  readonly colours: readonly ColourStep[];
  /** The rows and columns of the cut-out square, [top, left, bottom, right), within the image; empty without one. */
  readonly hole: readonly [top: number, left: number, bottom: number, right: number];
}

/** The change that leaves an image as it is. */
export const NO_CHANGE: ImageChange = {
  isMirrored: false,
  isUpsideDown: false,
  degrees: 0,
  top: 0,
  left: 0,
  colours: [],
  hole: [0, 0, 0, 0],
};

/** The random changes of the images in one epoch. */
export interface RandomChanges {
  /** Whether they are no more than flips, shifts and holes, so that pixels are moved and stay what they are. */
  readonly isMove: boolean;
  /** The change of an image, the same whenever it is asked for. */
  of(index: number, imageShape: ImageSet['imageShape']): ImageChange;
}

/** The number of each draw among those for an image, so that one change does not depend on which others are made. */
const DRAWS = {
  mirror: 0,
  turnOver: 1,
  top: 2,
  left: 3,
  degrees: 4,
  order: 5,
  brightness: 6,
  contrast: 7,
  saturation: 8,
  hue: 9,
  holeRow: 10,
  holeColumn: 11,
} as const;

/** Draws a number in [0, 1) for one purpose. */
type Draw = (purpose: keyof typeof DRAWS) => number;

/**
 * The random changes of an augmentation in one epoch. Draws come from a counter-based generator (Salmon et al. 2011:
 * MurmurHash3's finaliser over image and purpose), so that no state is kept and the order of images does not matter.
 *
 * @throws HpoError HPO_INVALID_ARGUMENT in one line for an augmentation with a wrong option.
 */
export function randomChanges(
  augmentation: Augmentation,
  { seed, epoch }: { readonly seed: number; readonly epoch: number },
): RandomChanges {
  checkAugmentation(augmentation);
  const { horizontalFlip = 0, verticalFlip = 0, rotationDegrees = 0 } = augmentation;
  const { cropPadding = 0, colourJitter = {}, cutoutSize = 0 } = augmentation;
  const bits = new Rng(`${seed}/augmentation/${epoch}`);
  const [first, second] = [bits.integer(2 ** 32), bits.integer(2 ** 32)];
  const hasColours = Object.values(colourJitter).some((strength) => strength > 0);
  return {
    isMove: rotationDegrees === 0 && !hasColours,
    of(index, [height, width]) {
      const stream = mix(index ^ first);
      const draw: Draw = (purpose) =>
        (mix(mix(stream + Math.imul(DRAWS[purpose], 0x9e3779b9)) ^ second) >>> 0) / 2 ** 32;
      const shift = (purpose: 'top' | 'left'): number =>
        cropPadding > 0 ? Math.floor(draw(purpose) * (2 * cropPadding + 1)) - cropPadding : 0;
      return {
        isMirrored: horizontalFlip > 0 && draw('mirror') < horizontalFlip,
        isUpsideDown: verticalFlip > 0 && draw('turnOver') < verticalFlip,
        degrees: rotationDegrees > 0 ? (2 * draw('degrees') - 1) * rotationDegrees : 0,
        top: shift('top'),
        left: shift('left'),
        colours: hasColours ? colourSteps(colourJitter, draw) : NO_CHANGE.colours,
        hole: cutoutSize > 0 ? holeOf(cutoutSize, height, width, draw) : NO_CHANGE.hole,
      };
    },
  };
}

/** The steps of a jitter in one of their 24 orders, each with its factor; without those of no strength. */
function colourSteps(
  { brightness = 0, contrast = 0, saturation = 0, hue = 0 }: ColourJitter,
  draw: Draw,
): ColourStep[] {
  const about = (strength: number, purpose: keyof typeof DRAWS): number => {
    const low = Math.max(0, 1 - strength);
    return low + (1 + strength - low) * draw(purpose);
  };
  const steps: ColourStep[] = [
    { kind: 'brightness', amount: about(brightness, 'brightness') },
    { kind: 'contrast', amount: about(contrast, 'contrast') },
    { kind: 'saturation', amount: about(saturation, 'saturation') },
    { kind: 'hue', amount: (2 * draw('hue') - 1) * hue },
  ];
  let order = Math.floor(draw('order') * 24);
  const ordered: ColourStep[] = [];
  for (let left = steps.length; left > 0; left--) {
    ordered.push(...steps.splice(order % left, 1));
    order = Math.floor(order / left);
  }
  return ordered.filter(({ kind, amount }) => amount !== (kind === 'hue' ? 0 : 1));
}

/** A square about a random pixel, cut off at the image's border; with even sides it reaches one pixel less beyond. */
function holeOf(size: number, height: number, width: number, draw: Draw): ImageChange['hole'] {
  const top = Math.floor(draw('holeRow') * height) - Math.floor(size / 2);
  const left = Math.floor(draw('holeColumn') * width) - Math.floor(size / 2);
  return [Math.max(top, 0), Math.max(left, 0), Math.min(top + size, height), Math.min(left + size, width)];
}
