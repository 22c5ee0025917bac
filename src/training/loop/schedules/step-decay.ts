import { checkFields, positiveNumber, refusal, wholeNumberFrom } from '../../../base/option-checks.ts';
import { epochsBefore, type Schedule } from './schedule.ts';

/** The options of {@link stepDecay}: `every` or `at`, one of the two. */
export interface StepDecayOptions {
  /** The number of epochs between two decays. */
  readonly every?: number;
  /** The numbers of epochs after which the rate decays, each from 1 on; in any order. */
  readonly at?: readonly number[];
  /** The factor of each decay; default 0.1. */
  readonly factor?: number;
}

const numbersOfEpochs = {
  wanted: 'a list of whole numbers from 1 on',
  accepts: (value: unknown): boolean => Array.isArray(value) && value.every(wholeNumberFrom(1).accepts),
};

/**
 * Multiplies the learning rate by a factor after every so many epochs (PyTorch's `StepLR`) or after certain ones
 * (`MultiStepLR`; an epoch that is named twice counts twice).
 *
 * @example
 * train({ schedule: stepDecay({ every: 30 }), … })
 * train({ schedule: stepDecay({ at: [60, 120, 160], factor: 0.2 }), … })
 */
export function stepDecay(options: StepDecayOptions): Schedule {
  const refuse = refusal('HPO_INVALID_ARGUMENT', 'stepDecay()');
  checkFields(options, { every: wholeNumberFrom(1), at: numbersOfEpochs, factor: positiveNumber }, refuse);
  const { every, at, factor = 0.1 } = options;
  if ((every === undefined) === (at === undefined)) refuse('give `every` or `at`, one of the two.');
  return (point) => {
    const epochs = epochsBefore(point);
    const decays =
      every === undefined ? (at ?? []).filter((epoch) => epoch <= epochs).length : Math.floor(epochs / every);
    return factor ** decays;
  };
}
