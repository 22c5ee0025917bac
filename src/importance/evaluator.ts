import type { Losses } from '../math/domination.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';

/** A COMPLETE trial and its losses. */
export interface RatedTrial {
  readonly trial: FrozenTrial;
  /** One number for each direction, or the target's alone: the smaller the better, all finite. */
  readonly losses: Losses;
}

/** The trials and the parameters that an evaluator works on. */
export interface ImportanceQuestion {
  /**
   * The COMPLETE trials by number, those with infinite values included. The parameters that exist are those that these
   * trials have.
   */
  readonly complete: readonly FrozenTrial[];
  /** The trials that count, at least two. */
  readonly rated: readonly RatedTrial[];
  /** The parameters to assess, at least one, no name twice; undefined for the evaluator's default. */
  readonly params: readonly string[] | undefined;
}

/** A way to measure the importance of each parameter. Made by `pedAnova()` and `fanova()`; pure. */
export interface ImportanceEvaluator {
  readonly name: string;
  /** Measures the same with less work and more noise, for resamples of the trials. Default: this evaluator. */
  readonly quick?: ImportanceEvaluator;

  /**
   * The importance of each parameter by its name, 0 or more, in any order and not normalised.
   * @throws HpoError HPO_INVALID_ARGUMENT for parameters that cannot be assessed, HPO_NOTHING_TO_SHOW for trials that
   *   do not determine an importance.
   */
  evaluate(question: ImportanceQuestion): ReadonlyMap<string, number>;
}
