import {
  checkFields,
  checkOption,
  type Fields,
  numberFrom,
  oneOf,
  refusal,
  wholeNumberFrom,
  withDefaults,
} from '../base/option-checks.ts';
import { completedReports } from '../history/completed-reports.ts';
import type { History, StudyShape } from '../history/history.ts';
import { percentileOf } from '../math/percentile.ts';
import type { Direction } from '../trial/direction.ts';
import { type FrozenTrial, lastStep } from '../trial/frozen-trial.ts';
import { bestReport } from './best-report.ts';
import { isJudged, JUDGED_STEPS_FIELDS, type JudgedSteps } from './judged-steps.ts';
import { checkOneDirection } from './one-direction.ts';
import type { Pruner } from './pruner.ts';

/** The times at which the rule judges a trial, and by which of its reports. The defaults are Optuna's. */
export interface PercentileOptions extends JudgedSteps {
  /** The number of COMPLETE trials before the first trial can be pruned; default 5. */
  readonly startupTrials?: number;
  /** The number of COMPLETE trials that must have reported at exactly the trial's last step; default 1. */
  readonly minTrials?: number;
  /**
   * The report of the trial that is compared with the others': the best one so far, as in Optuna, or the last one. A
   * trial whose reports are noisy, or which has become worse, is pruned sooner by its last report: with noise of half
   * a point of error on curves of real trainings, the best trial was better after the same time in 4 % of the searches
   * and worse in none. Default `'best'`.
   */
  readonly compare?: 'best' | 'last';
}

const defaults: Required<PercentileOptions> = {
  startupTrials: 5,
  warmupSteps: 0,
  interval: 1,
  minTrials: 1,
  compare: 'best',
};

const FIELDS: Fields<PercentileOptions> = {
  startupTrials: wholeNumberFrom(0),
  ...JUDGED_STEPS_FIELDS,
  minTrials: wholeNumberFrom(1),
  compare: oneOf('best', 'last'),
};

/**
 * Optuna's percentile rule: a trial is pruned when its best report (or its last one, as `compare` says) is strictly
 * worse than the percentile of the COMPLETE trials' reports at exactly its last step (interpolated linearly, NaN left
 * out). A trial whose compared report is NaN, for the best one: that has reported nothing but NaN, is pruned; where the
 * others have reported nothing, or nothing but NaN, it goes on. Studies of one direction only.
 */
export class PercentileRule implements Pruner {
  readonly name: string;
  readonly ignoresRunningReports = true;
  readonly #keptPercent: number;
  readonly #options: Required<PercentileOptions>;

  /** @param keptPercent the percentile, 0 to 100, counted from the best. */
  constructor(name: string, keptPercent: number, options: PercentileOptions) {
    this.name = name;
    this.#keptPercent = keptPercent;
    const refuse = refusal('HPO_INVALID_STUDY', `${name}()`);
    checkOption('percent', keptPercent, numberFrom(0, 100), refuse);
    checkFields(options, FIELDS, refuse);
    this.#options = withDefaults(defaults, options);
  }

  checkStudy(study: StudyShape): void {
    checkOneDirection(this.name, study);
  }

  judge(history: History, trial: FrozenTrial): boolean {
    const direction = history.study.directions[0] as Direction;
    const { startupTrials, minTrials, compare } = this.#options;
    const reports = history.summary(completedReports);
    if (reports.trialCount < Math.max(startupTrials, 1)) return false;
    const step = lastStep(trial);
    if (step === undefined || !isJudged(step, trial, this.#options)) return false;
    const { intermediateValues } = trial;
    const last = intermediateValues.get(step) as number;
    const own = bestReport(compare === 'last' ? [last] : intermediateValues.values(), direction);
    if (own === undefined) return true;
    const others = reports.at(step);
    if (others.length < minTrials) return false;
    const percent = direction === 'minimize' ? this.#keptPercent : 100 - this.#keptPercent;
    const bound = percentileOf(others, percent);
    return direction === 'minimize' ? own > bound : own < bound;
  }
}
