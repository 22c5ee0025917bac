import { type Direction, lossesOf } from '../trial/direction.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import type { ImportanceEvaluator, ImportanceQuestion, RatedTrial } from './evaluator.ts';
import { pedAnova } from './ped-anova/ped-anova.ts';
import { notEnoughTrials } from './refusals.ts';

/** The options of {@link importance}. */
export interface ImportanceOptions {
  /** The way to measure it; default `pedAnova()`, the other one is `fanova()`. */
  readonly evaluator?: ImportanceEvaluator;
  /**
   * The parameters to assess. Default with `pedAnova()`: all that COMPLETE trials have; with `fanova()`: those that all
   * of them have from the same distribution.
   */
  readonly params?: readonly string[];
  /**
   * The number that the parameters are to explain, the smaller the better. It is called for COMPLETE trials; those with
   * a finite number count. Default: the objective in its direction, or with `pedAnova()` the Pareto front of several
   * directions.
   */
  readonly target?: (trial: FrozenTrial) => number;
  /** Divide by the sum, so that the shares add up to 1; all equal where every importance is 0. Default true. */
  readonly normalize?: boolean;
}

/** A study's trials at one moment, whatever their state and order. */
export interface FrozenStudy {
  readonly directions: readonly Direction[];
  readonly trials: readonly FrozenTrial[];
}

/** A study whose trials are yet to be read, such as `createStudy` and `loadStudy` return. */
export interface ReadableStudy {
  readonly directions: readonly Direction[];
  trials(): Promise<readonly FrozenTrial[]>;
}

/**
 * The importance of each hyperparameter for a study's objective, the most important first and equals by name: Optuna's
 * `get_param_importances`. Only COMPLETE trials with finite values count. The importance says how much the objective
 * varied with a parameter over these trials, not which of its values is good.
 *
 * @param study an open study, whose trials are read (then a promise is returned), or trials that are at hand.
 * @throws HpoError HPO_NOTHING_TO_SHOW for fewer than two trials that count (Optuna then calls all parameters equal),
 *   HPO_INVALID_ARGUMENT for parameters that cannot be assessed, and for several directions without `target` where the
 *   evaluator takes only one.
 * @example
 * for (const [name, share] of await importance(study)) console.log(name, share);
 * importance({ directions: ['minimize'], trials }, { evaluator: fanova(), params: ['rate'] });
 */
export function importance(study: FrozenStudy, options?: ImportanceOptions): ReadonlyMap<string, number>;
export function importance(study: ReadableStudy, options?: ImportanceOptions): Promise<ReadonlyMap<string, number>>;
export function importance(
  study: FrozenStudy | ReadableStudy,
  options: ImportanceOptions = {},
): ReadonlyMap<string, number> | Promise<ReadonlyMap<string, number>> {
  const { directions } = study;
  if (!isReadable(study)) return evaluate(study, options);
  return study.trials().then((trials) => evaluate({ directions, trials }, options));
}

/** Whether a study's trials are yet to be read. */
export function isReadable(study: FrozenStudy | ReadableStudy): study is ReadableStudy {
  return typeof study.trials === 'function';
}

function evaluate(study: FrozenStudy, options: ImportanceOptions): ReadonlyMap<string, number> {
  const { evaluator = pedAnova(), params, normalize = true } = options;
  if (params?.length === 0) return new Map();
  const found = ranked(evaluator.evaluate(questionOf(study, options)));
  return new Map(normalize ? shares(found) : found);
}

/** Importances by parameter, the greatest first and equals by name. */
export function ranked(importances: ReadonlyMap<string, number>): readonly (readonly [string, number])[] {
  return [...importances].sort(([a, own], [b, other]) => other - own || (a < b ? -1 : 1));
}

/** The trials and parameters that options select. @throws HpoError HPO_NOTHING_TO_SHOW for fewer than two trials. */
export function questionOf({ directions, trials }: FrozenStudy, options: ImportanceOptions): ImportanceQuestion {
  const { params, target } = options;
  const complete = trials.filter(({ state }) => state === 'COMPLETE').sort((a, b) => a.number - b.number);
  const lossesOfTrial = (trial: FrozenTrial) =>
    target === undefined ? lossesOf(trial.values ?? [], directions) : [target(trial)];
  const rated = complete
    .map((trial): RatedTrial => ({ trial, losses: lossesOfTrial(trial) }))
    .filter(({ losses }) => losses.every(Number.isFinite));
  if (rated.length < 2) throw notEnoughTrials(rated.length);
  return { complete, rated, params: params && [...new Set(params)] };
}

/** Importances divided by their sum; all equal where every one is 0. */
export function shares(importances: readonly (readonly [string, number])[]): (readonly [string, number])[] {
  const total = importances.reduce((sum, [, own]) => sum + own, 0);
  return importances.map(([name, own]) => [name, total === 0 ? 1 / importances.length : own / total] as const);
}
