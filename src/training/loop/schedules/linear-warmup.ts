import { checkFields, numberFrom, positiveNumber, refusal, wholeNumberFrom } from '../../../base/option-checks.ts';
import type { Schedule } from './schedule.ts';

/** The options of {@link linearWarmup}: `epochs` or `steps`, one of the two. */
export interface LinearWarmupOptions {
  /** The length of the warm-up in epochs, which may be a fraction; rounded to whole steps. */
  readonly epochs?: number;
  /** The length of the warm-up in steps. */
  readonly steps?: number;
  /** The factor of the first step, from 0 to 1; default 1/3, as in PyTorch. */
  readonly from?: number;
}

/**
 * A straight rise of the learning rate in front of a schedule (Goyal et al. 2017): PyTorch's `LinearLR`, then `then` by
 * `SequentialLR`. The rise ends at the factor with which `then` begins, and `then` sees a training without the steps and
 * the epochs of the warm-up. A warm-up as long as the training, or longer, never ends.
 *
 * @param then default: the learning rate of the optimizer.
 * @example
 * train({ schedule: linearWarmup({ epochs: 5, from: 0.01 }, cosineAnnealing()), … })
 */
export function linearWarmup(options: LinearWarmupOptions, then: Schedule = () => 1): Schedule {
  const refuse = refusal('HPO_INVALID_ARGUMENT', 'linearWarmup()');
  checkFields(options, { epochs: positiveNumber, steps: wholeNumberFrom(1), from: numberFrom(0, 1) }, refuse);
  const { epochs, steps, from = 1 / 3 } = options;
  if ((epochs === undefined) === (steps === undefined)) refuse('give `epochs` or `steps`, one of the two.');
  return (point) => {
    const { stepsPerEpoch, history } = point;
    const length = steps ?? Math.round((epochs as number) * stepsPerEpoch);
    const left = Math.max(point.steps - length, 1);
    if (point.step < length) {
      const first = then({ step: 0, steps: left, stepsPerEpoch, history: [] });
      return first * (from + ((1 - from) * point.step) / length);
    }
    const ownHistory = history.slice(Math.ceil(length / stepsPerEpoch));
    return then({ step: point.step - length, steps: left, stepsPerEpoch, history: ownHistory });
  };
}
