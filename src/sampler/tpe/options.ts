import { HpoError } from '../../base/errors.ts';
import { checkFields } from '../../base/option-checks.ts';

/** How {@link tpe} searches. The defaults are Optuna's. */
export interface TpeOptions {
  /** How many COMPLETE or PRUNED trials there must be before the first that is not random; default 10. */
  readonly startupTrials?: number;
  /** How many values are drawn for each suggestion, of which the most promising is taken; default 24. */
  readonly candidates?: number;
  /**
   * Choose the parameters that all trials share together and not each alone; default true for a study of one direction
   * and false for one of several, as in Optuna.
   */
  readonly multivariate?: boolean;
  /**
   * Choose conditional parameters together too: those that always occur together are one group, each group is chosen
   * together. Not with `multivariate: false`, and then `multivariate` is true for several directions too; default
   * false.
   */
  readonly group?: boolean;
  /** Take running trials for bad ones, so that parallel trials do not try the same; default true. */
  readonly constantLiar?: boolean;
  /** The weight of the uniform-like prior against one observation, above 0: more of it explores more; default 1. */
  readonly priorWeight?: number;
}

/** The options with their defaults; `multivariate` is undefined where the number of directions decides. */
export type TpeSettings = Required<Omit<TpeOptions, 'multivariate'>> & Pick<TpeOptions, 'multivariate'>;

const defaults: TpeSettings = Object.freeze({
  startupTrials: 10,
  candidates: 24,
  group: false,
  constantLiar: true,
  priorWeight: 1,
});

/** @throws HpoError HPO_INVALID_STUDY naming the first option that is out of its range. */
export function tpeSettings(options: TpeOptions): TpeSettings {
  checkFields(options, { ...defaults, multivariate: undefined }, (problem) => {
    throw new HpoError('HPO_INVALID_STUDY', `tpe(): ${problem}`);
  });
  const settings = { ...defaults, ...options };
  const { startupTrials, candidates, multivariate, group, constantLiar, priorWeight } = settings;
  const check = (valid: boolean, name: string, value: unknown, wanted: string) => {
    if (valid) return;
    throw new HpoError('HPO_INVALID_STUDY', `tpe(): \`${name}\` is ${String(value)}; give ${wanted}.`, {
      data: { [name]: value },
    });
  };
  const isCount = (value: number, least: number) => Number.isSafeInteger(value) && value >= least;
  const isFlag = (value: unknown) => typeof value === 'boolean';
  check(isCount(startupTrials, 0), 'startupTrials', startupTrials, 'a whole number, 0 or more');
  check(isCount(candidates, 1), 'candidates', candidates, 'a whole number, 1 or more');
  check(multivariate === undefined || isFlag(multivariate), 'multivariate', multivariate, 'true or false');
  check(isFlag(group), 'group', group, 'true or false');
  check(!(group && multivariate === false), 'multivariate', false, 'true, or leave it out, for `group: true`');
  check(isFlag(constantLiar), 'constantLiar', constantLiar, 'true or false');
  check(Number.isFinite(priorWeight) && priorWeight > 0, 'priorWeight', priorWeight, 'a number above 0');
  return settings;
}
