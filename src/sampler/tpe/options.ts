import {
  checkFields,
  type Fields,
  flag,
  positiveNumber,
  refusal,
  wholeNumberFrom,
  withDefaults,
} from '../../base/option-checks.ts';

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

const FIELDS: Fields<TpeOptions> = {
  startupTrials: wholeNumberFrom(0),
  candidates: wholeNumberFrom(1),
  multivariate: flag,
  group: flag,
  constantLiar: flag,
  priorWeight: positiveNumber,
};

/** @throws HpoError HPO_INVALID_STUDY naming the first option that is out of its range. */
export function tpeSettings(options: TpeOptions): TpeSettings {
  const refuse = refusal('HPO_INVALID_STUDY', 'tpe()');
  checkFields(options, FIELDS, refuse);
  if (options.group && options.multivariate === false) {
    refuse('`multivariate` is false; give true, or leave it out, for `group: true`.', { multivariate: false });
  }
  return withDefaults(defaults, options);
}
