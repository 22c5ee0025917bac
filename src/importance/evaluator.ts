import type { Losses } from '../math/domination.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';

/** A COMPLETE trial and its losses. */
export interface RatedTrial {
  readonly trial: FrozenTrial;
  /** The smaller the better, all finite: one number for each direction, or the target's alone. */
  readonly losses: Losses;
}

/** The trials and the parameters that an evaluator is asked about. */
export interface ImportanceQuestion {
  /** The COMPLETE trials by number, infinite values or not: their parameters are those that there are. */
  readonly complete: readonly FrozenTrial[];
  /** Those that count, at least two. In a sample a trial may be there several times, and counts as often. */
  readonly rated: readonly RatedTrial[];
  /** The parameters to assess, no name twice and at least one; undefined for those the evaluator takes by default. */
  readonly params: readonly string[] | undefined;
}

/** A way to measure how much each parameter matters. Made by `pedAnova()` and `fanova()`; pure. */
export interface ImportanceEvaluator {
  readonly name: string;
  /** Measures the same with less work and more noise: for resamples of the trials. Default: itself. */
  readonly quick?: ImportanceEvaluator;

  /**
   * The importance of each parameter by its name, 0 or more, in any order and not normalised.
   * @throws HpoError HPO_INVALID_ARGUMENT for parameters that cannot be assessed, HPO_NOTHING_TO_SHOW for trials that
   *   no importance follows from.
   */
  evaluate(question: ImportanceQuestion): ReadonlyMap<string, number>;
}
