import type { JsonValue } from '../../base/json.ts';
import type { Rng } from '../../base/rng.ts';
import type { ParamValue } from '../../space/distribution.ts';
import type { NumericOptions } from '../../space/numeric-distribution.ts';
import type { Metrics } from '../../trial/reported-metrics.ts';
import type { Checkpoints } from './checkpoints.ts';

/**
 * A running trial, as its objective sees it; the same in this process and in a worker.
 *
 * @typeParam P the type of its parameters, which follows from the search space.
 */
export interface Trial<P = unknown> {
  /** 0, 1, 2, … in its study. */
  readonly number: number;
  /** The declared parameters as the objective receives them. */
  readonly params: P;
  /**
   * A whole number from 0 to 2³¹ - 1, fixed by the study's seed and the trial's number, with which a trainer can be
   * seeded.
   */
  readonly seed: number;

  /**
   * The trial's checkpoints, by which it goes on where it was interrupted. They are removed when it is finished, unless
   * it is the best one, or the last one that failed, or the study keeps all.
   */
  readonly checkpoints: Checkpoints;

  /** A generator of random draws, fixed by the study's seed, the trial's number and `purpose`. */
  rng(purpose: string): Rng;

  /**
   * Stores an intermediate value, by which pruners judge the trial. NaN and the infinities are allowed.
   *
   * @param step a whole number ≥ 0 that grows, such as the epoch.
   * @param extras further figures of the step, `{ accuracy: 0.9 }`: the report, the dashboard and `hpo trials` show
   *   them, and `metricsOf()` reads them; of the pruners `paretoRank()` alone judges by them. Their names may be any but `value` and `step`.
   * @returns whether it was stored: the first report of a step counts, a second one is ignored, as in Optuna.
   * @throws HpoError HPO_INVALID_ARGUMENT for a value or an extra that is not a number, or a step that is not whole or
   *   below 0; then nothing is stored.
   */
  report(value: number, step: number, extras?: Metrics): Promise<boolean>;

  /** Whether the study's pruner thinks that this trial is hopeless; then `throw new TrialPruned()`. */
  shouldPrune(): Promise<boolean>;

  /** Stores an attribute with the trial: any value of JSON, NaN and the infinities included. */
  setUserAttr(key: string, value: JsonValue): Promise<void>;

  /**
   * Stores a constraint with the trial, as Optuna does: it is met at 0 or below. A trial that does not meet all of its
   * constraints is never the best one, and samplers that know constraints (`tpe()`, `gp()`, `auto()`) avoid its like.
   * Call it before the objective returns, whether the constraint is met or not: samplers learn from both.
   *
   * @param name any text. A second value for the same name replaces the first, so that a trial that is run again has
   *   those of its last attempt.
   * @param value the larger, the further from being met; the infinities are allowed.
   * @throws HpoError HPO_INVALID_ARGUMENT for NaN, and for a name that cannot be stored.
   * @example await trial.setConstraint('memory', megabytes - 512); // at most 512 MB
   */
  setConstraint(name: string, value: number): Promise<void>;

  /**
   * Asks for a real parameter that the search space does not declare (define-by-run, as in Optuna). The same name in
   * the same trial gives the same value. `low`, `high` and `options` are those of `float()`.
   * @throws HpoError HPO_INVALID_SPACE as `float()`; HPO_STUDY_DIFFERS if the study has the name as another kind, with
   *   another `log` or other choices.
   */
  suggestFloat(name: string, low: number, high: number, options?: NumericOptions): Promise<number>;

  /** Asks for a whole parameter, as {@link suggestFloat} asks for a real one. The arguments are those of `int()`. */
  suggestInt(name: string, low: number, high: number, options?: NumericOptions): Promise<number>;

  /** Asks for a choice, as {@link suggestFloat} asks for a number. The argument is that of `categorical()`. */
  suggestCategorical<const C extends readonly ParamValue[]>(name: string, choices: C): Promise<C[number]>;
}
