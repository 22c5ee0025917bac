import { HpoError } from '../base/errors.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import type { ErrorEstimate } from './error-estimate.ts';
import { indexOfLeast, lossOf } from './improvement.ts';

/** Optuna's attribute for the scores of a trial, by `report_cross_validation_scores()`. */
const SCORES_KEY = 'terminator:cv_scores';

/**
 * The error of a value that is the mean of a cross-validation (Nadeau and Bengio 2003, as in Makarova et al. 2022), as
 * Optuna's `CrossValidationErrorEvaluator`: the root of (1/k + 1/(k − 1)) times the variance of the best trial's k
 * scores. The scores are the trial's reports, each fold a step, or those that an Optuna process has kept with it.
 *
 * A study whose best trial has fewer than two scores ends with HPO_INVALID_STUDY when the error is needed.
 *
 * @example
 * for (const [fold, score] of scores.entries()) await trial.report(score, fold);
 */
export function crossValidationError(): ErrorEstimate {
  return Object.freeze<ErrorEstimate>({
    name: 'crossValidationError',
    evaluate(trials, direction) {
      const best = trials[indexOfLeast(trials.map((trial) => lossOf(trial, direction)))] as FrozenTrial;
      const scores = scoresOf(best);
      const count = scores.length;
      if (count < 2) {
        const mend = 'report each fold as a step: trial.report(score, fold), or give another `error`';
        const what = `crossValidationError(): trial ${best.number}, the best, has no scores of several folds; ${mend}.`;
        throw new HpoError('HPO_INVALID_STUDY', what, { data: { trial: best.number } });
      }
      const mean = scores.reduce((sum, score) => sum + score, 0) / count;
      const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / count;
      return Math.sqrt((1 / count + 1 / (count - 1)) * variance);
    },
  });
}

function scoresOf({ systemAttrs, intermediateValues }: FrozenTrial): readonly number[] {
  const kept = systemAttrs[SCORES_KEY];
  if (Array.isArray(kept) && kept.every((score) => typeof score === 'number')) return kept as readonly number[];
  return [...intermediateValues.values()];
}
