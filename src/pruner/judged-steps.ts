import { wholeNumberFrom } from '../base/option-checks.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';

/** The steps at which a pruner judges a trial. */
export interface JudgedSteps {
  /** The first step at which a trial can be pruned; default 0. */
  readonly warmupSteps?: number;
  /**
   * The number of steps in which a trial is judged once, counted from `warmupSteps`: at the first step that it reports
   * in each stretch of them; default 1.
   */
  readonly interval?: number;
}

/** The kinds of the fields of {@link JudgedSteps}. */
export const JUDGED_STEPS_FIELDS = { warmupSteps: wholeNumberFrom(0), interval: wholeNumberFrom(1) };

/** Whether `step`, the trial's last, is past the warm-up and the first in its interval, by Optuna's rule. */
export function isJudged(step: number, trial: FrozenTrial, { warmupSteps, interval }: Required<JudgedSteps>): boolean {
  if (step < warmupSteps) return false;
  const intervalStart = Math.floor((step - warmupSteps) / interval) * interval + warmupSteps;
  for (const other of trial.intermediateValues.keys()) {
    if (other !== step && other >= intervalStart) return false;
  }
  return true;
}
