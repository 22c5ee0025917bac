import { HpoError } from '../base/errors.ts';
import {
  checkFields,
  checkOption,
  type Fields,
  numberFrom,
  refusal,
  wholeNumberFrom,
  withDefaults,
} from '../base/option-checks.ts';
import { completedReports } from '../history/completed-reports.ts';
import type { History, StudyShape } from '../history/history.ts';
import { percentileOf } from '../math/percentile.ts';
import type { Direction } from '../trial/direction.ts';
import { type FrozenTrial, lastStep } from '../trial/frozen-trial.ts';
import type { Pruner } from './pruner.ts';

/** The times at which the rule judges a trial. The defaults are Optuna's. */
export interface PercentileOptions {
  /** The number of COMPLETE trials before the first trial can be pruned; default 5. */
  readonly startupTrials?: number;
  /** The first step at which a trial can be pruned; default 0. */
  readonly warmupSteps?: number;
  /**
   * The number of steps in which a trial is judged once, counted from `warmupSteps`: at the first step that it reports
   * in each stretch of them; default 1.
   */
  readonly interval?: number;
  /** The number of COMPLETE trials that must have reported at exactly the trial's last step; default 1. */
  readonly minTrials?: number;
}

const defaults: Required<PercentileOptions> = { startupTrials: 5, warmupSteps: 0, interval: 1, minTrials: 1 };

const FIELDS: Fields<PercentileOptions> = {
  startupTrials: wholeNumberFrom(0),
  warmupSteps: wholeNumberFrom(0),
  interval: wholeNumberFrom(1),
  minTrials: wholeNumberFrom(1),
};

/**
 * Optuna's percentile rule: a trial is pruned when its best report is strictly worse than the percentile of the
 * COMPLETE trials' reports at exactly its last step (interpolated linearly, NaN left out). A trial that has reported
 * nothing but NaN is pruned; where the others have reported nothing, or nothing but NaN, it goes on. Studies of one
 * direction only.
 */
export class PercentileRule implements Pruner {
  readonly name: string;
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

  checkStudy({ name, directions }: StudyShape): void {
    if (directions.length === 1) return;
    throw new HpoError(
      'HPO_INVALID_STUDY',
      `${this.name}() takes one direction and the study "${name}" has ${directions.length}; use nop().`,
      { data: { directions } },
    );
  }

  judge(history: History, trial: FrozenTrial): boolean {
    const direction = history.study.directions[0] as Direction;
    const { startupTrials, minTrials } = this.#options;
    const reports = history.summary(completedReports);
    if (reports.trialCount < Math.max(startupTrials, 1)) return false;
    const step = lastStep(trial);
    if (step === undefined || !this.#isDue(step, trial)) return false;
    const own = bestOf(trial.intermediateValues.values(), direction);
    if (own === undefined) return true;
    const others = reports.at(step);
    if (others.length < minTrials) return false;
    const percent = direction === 'minimize' ? this.#keptPercent : 100 - this.#keptPercent;
    const bound = percentileOf(others, percent);
    return direction === 'minimize' ? own > bound : own < bound;
  }

  /** Whether `step`, the trial's last, is past the warm-up and the first in its interval. */
  #isDue(step: number, trial: FrozenTrial): boolean {
    const { warmupSteps, interval } = this.#options;
    if (step < warmupSteps) return false;
    const intervalStart = Math.floor((step - warmupSteps) / interval) * interval + warmupSteps;
    for (const other of trial.intermediateValues.keys()) {
      if (other !== step && other >= intervalStart) return false;
    }
    return true;
  }
}

/** The best of the values, NaN left out; undefined where nothing is left. */
function bestOf(values: Iterable<number>, direction: Direction): number | undefined {
  let best: number | undefined;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    if (best === undefined || (direction === 'minimize' ? value < best : value > best)) best = value;
  }
  return best;
}
