import { checkFields, numberFromZero, refusal, wholeNumberFrom } from '../../base/option-checks.ts';
import type { TrainingCallback } from './callbacks.ts';
import { defaultMetric, type EpochMetric, epochMetric, epochsWithoutGain } from './epoch-metric.ts';

/** The options of {@link earlyStopping}. */
export interface EarlyStoppingOptions {
  /** Stop after this many epochs in a row without a gain; from 1 on. */
  readonly patience: number;
  /** The figure that is to get better; default 'validationLoss'. */
  readonly metric?: EpochMetric;
  /** A gain is a difference greater than this from the best value so far; default 0. */
  readonly minDelta?: number;
}

/**
 * Ends a training that has stopped getting better (as Keras's `EarlyStopping`). NaN is never a gain, so that a training
 * that has diverged ends, too. It keeps nothing: a training that is resumed with a longer patience goes on.
 *
 * The weights of the best epoch are `restoreBest`'s concern; `patience` of `train()` is the short form.
 *
 * @example
 * train({ callbacks: [earlyStopping({ metric: 'validationAccuracy', patience: 3, minDelta: 0.001 })], … })
 */
export function earlyStopping(options: EarlyStoppingOptions): TrainingCallback {
  const refuse = refusal('HPO_INVALID_ARGUMENT', 'earlyStopping()');
  const fields = { patience: wholeNumberFrom(1), metric: epochMetric, minDelta: numberFromZero };
  checkFields(options, fields, refuse);
  const { patience, metric = defaultMetric, minDelta = 0 } = options;
  if (patience === undefined) refuse('`patience` is missing; give a whole number from 1 on.');
  return {
    onBegin({ metrics }) {
      if (!metrics.includes(metric)) refuse(`no epoch has a \`${metric}\`; there are ${metrics.join(', ')}.`);
    },
    isOver: (history) => epochsWithoutGain(history, metric, minDelta) >= patience,
  };
}
