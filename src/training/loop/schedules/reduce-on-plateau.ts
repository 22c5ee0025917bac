import {
  checkFields,
  flag,
  numberFrom,
  numberFromZero,
  partOfOne,
  refusal,
  wholeNumberFrom,
} from '../../../base/option-checks.ts';
import { defaultMetric, type EpochMetric, epochMetric, isLoss, metricValue } from '../epoch-metric.ts';
import type { EpochRecord } from '../epoch-record.ts';
import type { Schedule } from './schedule.ts';

/** The options of {@link reduceOnPlateau}. */
export interface ReduceOnPlateauOptions {
  /** The figure that is to get better; default 'validationLoss'. */
  readonly metric?: EpochMetric;
  /** The factor of a reduction, from 0 on, less than 1; default 0.1. */
  readonly factor?: number;
  /** The number of epochs without a gain that are borne; the one after them reduces the rate. Default 10. */
  readonly patience?: number;
  /** A gain is more than this share of the best value; default 1e-4. */
  readonly threshold?: number;
  /** Whether `threshold` is a difference instead of a share; default false. */
  readonly isAbsolute?: boolean;
  /** The number of epochs after a reduction that do not count; default 0. */
  readonly cooldown?: number;
  /** The factor does not fall below this; default 0. */
  readonly floor?: number;
}

/**
 * Reduces the learning rate when a figure of the epochs has stopped getting better, with the rule and the defaults of
 * PyTorch's `ReduceLROnPlateau` (but for its `eps`: no reduction is too small to be made). It follows from the history,
 * so that a resumed training needs nothing else. NaN is no gain. A metric that the epochs do not have, such as
 * 'trainEvaluationLoss' without `trainEvaluation`, is refused at the second epoch.
 *
 * @example
 * train({ schedule: reduceOnPlateau({ patience: 3, factor: 0.5 }), … })
 */
export function reduceOnPlateau(options: ReduceOnPlateauOptions = {}): Schedule {
  const refuse = refusal('HPO_INVALID_ARGUMENT', 'reduceOnPlateau()');
  const fields = {
    metric: epochMetric,
    factor: partOfOne,
    patience: wholeNumberFrom(0),
    threshold: numberFromZero,
    isAbsolute: flag,
    cooldown: wholeNumberFrom(0),
    floor: numberFrom(0, 1),
  };
  checkFields(options, fields, refuse);
  const { metric = defaultMetric, factor = 0.1, patience = 10, cooldown = 0, floor = 0 } = options;
  const { threshold = 1e-4, isAbsolute = false } = options;
  const isGain = (value: number, best: number): boolean => {
    if (isLoss(metric)) return value < (isAbsolute ? best - threshold : best * (1 - threshold));
    return value > (isAbsolute ? best + threshold : best * (1 + threshold));
  };
  return ({ history }) => {
    if (history[0] && history[0][metric] === undefined) refuse(`no epoch has a \`${metric}\`; ask train() for it.`);
    return reduced(history);
  };

  function reduced(history: readonly EpochRecord[]): number {
    let scale = 1;
    let best: number | undefined;
    let [bad, resting] = [0, 0];
    for (const record of history) {
      const value = metricValue(record, metric);
      const isBetter = best === undefined ? !Number.isNaN(value) : isGain(value, best);
      if (isBetter) best = value;
      bad = isBetter ? 0 : bad + 1;
      if (resting > 0) {
        resting--;
        bad = 0; // epochs of the cooldown do not count
      }
      if (bad <= patience) continue;
      scale = Math.max(scale * factor, floor);
      [bad, resting] = [0, cooldown];
    }
    return scale;
  }
}
