import { checkOption, type OptionKind, refusal, wholeNumberFrom } from '../../base/option-checks.ts';

/** The options that all nets have. */
export interface NetOptions {
  /** [height, width, channels] of the images; default [32, 32, 3]. */
  readonly imageShape?: readonly [number, number, number];
  /** The number of classes, and so of the logits; default 10. */
  readonly classes?: number;
  /** Fixes the initial weights, and with the training's seed the dropout masks. */
  readonly seed: number;
}

/** The options of a net, complete and of the right kind. */
export interface CheckedNetOptions {
  readonly imageShape: [number, number, number];
  readonly classes: number;
}

/**
 * Completes the options that all nets have.
 *
 * @param net the function that makes the net, for messages.
 * @param leastSide the fewest pixels of height and width that leave something of an image behind the last pooling.
 * @throws HpoError HPO_INVALID_ARGUMENT for an image that is too small, or no image, and for fewer than two classes.
 */
export function checkNetOptions(
  net: string,
  { imageShape = [32, 32, 3], classes = 10 }: Omit<NetOptions, 'seed'>,
  leastSide: number,
): CheckedNetOptions {
  const refuse = refusal('HPO_INVALID_ARGUMENT', `${net}()`);
  checkOption('classes', classes, wholeNumberFrom(2), refuse);
  const [height, width, channels] = imageShape;
  const sizes = [height, width, channels];
  if (imageShape.length !== 3 || !sizes.every((size) => Number.isSafeInteger(size) && size >= 1)) {
    refuse(`\`imageShape\` is [${imageShape.join(', ')}]; give [height, width, channels] of the images.`, {
      imageShape,
    });
  }
  if (height < leastSide || width < leastSide) {
    refuse(`images of ${height}×${width} are too small for this net; give ones of ${leastSide}×${leastSide} or more.`, {
      imageShape,
    });
  }
  return { imageShape: [height, width, channels], classes };
}

/** A dropout probability. */
export const dropoutRate: OptionKind = {
  wanted: 'a number from 0 to below 1',
  accepts: (value) => typeof value === 'number' && value >= 0 && value < 1,
};

/** The number of channels of a layer that has `count` in a net of width 1; at least one. */
export function scaledWidth(count: number, width: number): number {
  return Math.max(1, Math.round(count * width));
}
