import {
  checkFields,
  type Fields,
  flag,
  positiveNumber,
  refusal,
  wholeNumberFrom,
  withDefaults,
} from '../../base/option-checks.ts';

/** The options of {@link tpe}. The defaults are Optuna's. */
export interface TpeOptions {
  /** The number of COMPLETE or PRUNED trials before the first one that is not random; default 10. */
  readonly startupTrials?: number;
  /** The number of values drawn for each suggestion, of which the most promising is taken; default 24. */
  readonly candidates?: number;
  /**
   * Choose the parameters that all trials share together and not each alone; default true for a study of one direction
   * and false for one of several, as in Optuna.
   */
  readonly multivariate?: boolean;
  /**
   * Choose conditional parameters together, too: those that always occur together form a group that is chosen together;
   * default false. It implies `multivariate` with several directions, too, and cannot be combined with `multivariate:
   * false`.
   */
  readonly group?: boolean;
  /** Take running trials for bad ones, so that parallel trials do not try the same; default true. */
  readonly constantLiar?: boolean;
  /**
   * The weight of the nearly uniform prior against one observation, above 0: a greater one explores more; default 1.
   */
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

/** Checks options. @throws HpoError HPO_INVALID_STUDY naming the first option that is out of its range. */
export function tpeSettings(options: TpeOptions): TpeSettings {
  const refuse = refusal('HPO_INVALID_STUDY', 'tpe()');
  checkFields(options, FIELDS, refuse);
  if (options.group && options.multivariate === false) {
    refuse('`multivariate` is false; give true, or leave it out, for `group: true`.', { multivariate: false });
  }
  return withDefaults(defaults, options);
}
