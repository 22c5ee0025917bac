import { checkFields, type Fields, type OptionKind, refusal, withDefaults } from '../base/option-checks.ts';
import { lastStep } from '../trial/frozen-trial.ts';
import { isJudged, JUDGED_STEPS_FIELDS, type JudgedSteps } from './judged-steps.ts';
import type { Pruner } from './pruner.ts';

/** The bounds of {@link threshold}, at least one of them, and the steps at which it looks. */
export interface ThresholdOptions extends JudgedSteps {
  /** The least value that a trial may report. Default: none. */
  readonly lower?: number;
  /** The greatest value that a trial may report. Default: none. */
  readonly upper?: number;
}

const bound: OptionKind = {
  wanted: 'a number',
  accepts: (value) => typeof value === 'number' && !Number.isNaN(value),
};

const FIELDS: Fields<ThresholdOptions> = { lower: bound, upper: bound, ...JUDGED_STEPS_FIELDS };

const defaults = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY, warmupSteps: 0, interval: 1 };

/**
 * Prunes a trial whose last report is outside the bounds, or NaN, as Optuna's threshold pruner. The other trials do not
 * matter, and neither do the study's directions, of which there may be several.
 *
 * @throws HpoError HPO_INVALID_STUDY without a bound, or for an option that is out of its range.
 * @example defineStudy({ pruner: threshold({ upper: 10, warmupSteps: 1 }), … }) // diverged after the first step
 */
export function threshold(options: ThresholdOptions): Pruner {
  const refuse = refusal('HPO_INVALID_STUDY', 'threshold()');
  checkFields(options, FIELDS, refuse);
  if (options.lower === undefined && options.upper === undefined) {
    refuse('there is no bound; give `lower`, `upper` or both.');
  }
  const all = withDefaults(defaults, options);
  const { lower, upper } = all;
  if (lower > upper) refuse(`\`lower\` is ${lower} and \`upper\` is ${upper}; give \`lower\` the smaller one.`);
  return Object.freeze<Pruner>({
    name: 'threshold',
    ignoresRunningReports: true,
    judge: (_history, trial) => {
      const step = lastStep(trial);
      if (step === undefined || !isJudged(step, trial, all)) return false;
      const value = trial.intermediateValues.get(step) as number;
      return !(value >= lower && value <= upper);
    },
  });
}
