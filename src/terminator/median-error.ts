import {
  checkFields,
  type Fields,
  positiveNumber,
  refusal,
  wholeNumberFrom,
  withDefaults,
} from '../base/option-checks.ts';
import type { ErrorEstimate } from './error-estimate.ts';
import type { Improvement } from './improvement.ts';

/** The trials that {@link medianError} takes for the first ones. The defaults are Optuna's. */
export interface MedianErrorOptions {
  /** The number of COMPLETE trials that are left out at the beginning, since they are mostly random; default 10. */
  readonly warmupTrials?: number;
  /** The number of COMPLETE trials after them whose improvements make the median; default 20. */
  readonly initialTrials?: number;
  /** The share of the median that is the error, above 0; default 0.01. */
  readonly ratio?: number;
}

const defaults: Required<MedianErrorOptions> = { warmupTrials: 10, initialTrials: 20, ratio: 0.01 };

const FIELDS: Fields<MedianErrorOptions> = {
  warmupTrials: wholeNumberFrom(0),
  initialTrials: wholeNumberFrom(1),
  ratio: positiveNumber,
};

/**
 * A share of the median of the improvements that were expected at the beginning (Ishibashi et al. 2023), as Optuna's
 * `MedianErrorEvaluator`; the study goes on while there are too few trials for that.
 *
 * @param improvement that of the study.
 * @throws HpoError HPO_INVALID_STUDY for an option that is out of its range.
 */
export function medianError(
  improvement: Pick<Improvement, 'evaluate'>,
  options: MedianErrorOptions = {},
): ErrorEstimate {
  checkFields(options, FIELDS, refusal('HPO_INVALID_STUDY', 'medianError()'));
  const { warmupTrials, initialTrials, ratio } = withDefaults(defaults, options);
  const decidedBy = warmupTrials + initialTrials;
  return Object.freeze<ErrorEstimate>({
    name: 'medianError',
    decidedBy,
    evaluate(trials, direction) {
      if (trials.length < decidedBy) return Number.NEGATIVE_INFINITY;
      const improvements = Array.from({ length: initialTrials }, (_, at) =>
        improvement.evaluate(trials.slice(warmupTrials, warmupTrials + at + 1), direction),
      );
      const median = improvements.sort((a, b) => a - b)[initialTrials >>> 1] as number;
      return Math.min(Number.MAX_VALUE, median * ratio);
    },
  });
}
