import { checkOption, type OptionKind, refusal } from '../base/option-checks.ts';
import type { ErrorEstimate } from './error-estimate.ts';

const finite: OptionKind = { wanted: 'a finite number', accepts: Number.isFinite };

/**
 * An error that is known: the improvement that is not worth further trials, as Optuna's `StaticErrorEvaluator`.
 * @throws HpoError HPO_INVALID_STUDY unless it is a finite number.
 */
export function staticError(error: number): ErrorEstimate {
  checkOption('error', error, finite, refusal('HPO_INVALID_STUDY', 'staticError()'));
  return Object.freeze<ErrorEstimate>({ name: 'staticError', evaluate: () => error });
}
