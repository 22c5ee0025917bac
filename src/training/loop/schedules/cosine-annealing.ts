import {
  checkFields,
  numberFrom,
  oneOf,
  positiveNumber,
  refusal,
  wholeNumberFrom,
} from '../../../base/option-checks.ts';
import { epochsBefore, type Schedule } from './schedule.ts';

/** The options of {@link cosineAnnealing}. */
export interface CosineAnnealingOptions {
  /** The factor at the end of the curve, from 0 to 1; default 0. */
  readonly floor?: number;
  /** Whether the rate falls with each step or stays the same in an epoch; default 'step'. */
  readonly per?: 'step' | 'epoch';
  /** The number of epochs after which the rate is the whole one again; by default one curve lasts the whole training. */
  readonly restartEvery?: number;
  /** The factor by which each curve is longer than the one before; a whole number, default 1. */
  readonly lengthening?: number;
}

/**
 * Lowers the learning rate along half a cosine, floor + (1 − floor) · (1 + cos(π · t)) / 2 with t from 0 to 1
 * (Loshchilov & Hutter 2017): PyTorch's `CosineAnnealingLR` over the whole training, or with `restartEvery`
 * `CosineAnnealingWarmRestarts`, where T_0 = `restartEvery` and T_mult = `lengthening`. The factor of the training's
 * last step is just above the floor, as in PyTorch.
 *
 * @example
 * train({ schedule: cosineAnnealing(), … })
 * train({ schedule: linearWarmup({ epochs: 5 }, cosineAnnealing({ floor: 0.01 })), … })
 */
export function cosineAnnealing(options: CosineAnnealingOptions = {}): Schedule {
  const refuse = refusal('HPO_INVALID_ARGUMENT', 'cosineAnnealing()');
  checkFields(
    options,
    {
      floor: numberFrom(0, 1),
      per: oneOf('step', 'epoch'),
      restartEvery: positiveNumber,
      lengthening: wholeNumberFrom(1),
    },
    refuse,
  );
  const { floor = 0, per = 'step', restartEvery, lengthening = 1 } = options;
  if (restartEvery === undefined && lengthening !== 1) refuse('`lengthening` needs `restartEvery`.');
  return (point) => {
    const { steps, stepsPerEpoch } = point;
    const done = per === 'step' ? point.step / stepsPerEpoch : epochsBefore(point);
    const share = restartEvery === undefined ? done / (steps / stepsPerEpoch) : shareOfCurve(done);
    return floor + ((1 - floor) * (1 + Math.cos(Math.PI * share))) / 2;
  };

  function shareOfCurve(epochs: number): number {
    let length = restartEvery as number;
    if (lengthening === 1) return (epochs % length) / length;
    let rest = epochs;
    while (rest >= length) {
      rest -= length;
      length *= lengthening;
    }
    return rest / length;
  }
}
