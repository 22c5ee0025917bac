import { isObject } from '../../base/is-object.ts';
import {
  callback,
  checkFields,
  checkOption,
  type Fields,
  flag,
  positiveNumber,
  refusal,
  shown,
  wholeNumberFrom,
  withDefaults,
  wrongValue,
} from '../../base/option-checks.ts';
import { type CategoricalDistribution, isCategorical } from '../../space/categorical-distribution.ts';
import type { DistributionMap } from '../../space/distribution-map.ts';
import type { ChoiceDistance } from './categorical-kernels.ts';

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
  /**
   * Distances of choices, by the names that parameters are stored under: where one choice is good, so are those near it.
   * A distance takes two choices and returns a number from 0 on; only its ratio to the greatest matters. Default: any
   * two choices are as far apart as others. (Optuna's `categorical_distance_func`, which it had up to version 4.)
   */
  readonly categoricalDistance?: Readonly<Record<string, ChoiceDistance>>;
}

/** The options with their defaults; `multivariate` is undefined where the number of directions decides. */
export type TpeSettings = Required<Omit<TpeOptions, 'multivariate'>> & Pick<TpeOptions, 'multivariate'>;

const defaults: TpeSettings = Object.freeze({
  startupTrials: 10,
  candidates: 24,
  group: false,
  constantLiar: true,
  priorWeight: 1,
  categoricalDistance: Object.freeze({}),
});

const FIELDS: Fields<TpeOptions> = {
  startupTrials: wholeNumberFrom(0),
  candidates: wholeNumberFrom(1),
  multivariate: flag,
  group: flag,
  constantLiar: flag,
  priorWeight: positiveNumber,
  categoricalDistance: true,
};

/** Checks options. @throws HpoError HPO_INVALID_STUDY naming the first option that is out of its range. */
export function tpeSettings(options: TpeOptions): TpeSettings {
  const refuse = refusal('HPO_INVALID_STUDY', 'tpe()');
  checkFields(options, FIELDS, refuse);
  if (options.group && options.multivariate === false) {
    refuse('`multivariate` is false; give true, or leave it out, for `group: true`.', { multivariate: false });
  }
  const { categoricalDistance = {} } = options;
  if (!isObject(categoricalDistance)) {
    refuse(wrongValue('`categoricalDistance`', categoricalDistance, 'an object of functions'));
  }
  for (const [name, distance] of Object.entries(categoricalDistance)) {
    checkOption(`categoricalDistance.${name}`, distance, callback, refuse);
  }
  return withDefaults(defaults, options);
}

/**
 * Checks distances for a declared space.
 * @throws HpoError HPO_INVALID_STUDY for one of a parameter without choices, and one that gives no number from 0 on.
 */
export function checkDistances(
  distances: Readonly<Record<string, ChoiceDistance>>,
  study: string,
  space: DistributionMap,
): void {
  if (space.size === 0) return;
  const refuse = refusal('HPO_INVALID_STUDY', 'tpe()');
  for (const [name, distance] of Object.entries(distances)) {
    const distribution = space.get(name);
    if (distribution === undefined || !isCategorical(distribution)) {
      refuse(`\`categoricalDistance\` has \`${name}\`, which is no choice of the study "${study}".`, { name });
    }
    const { choices } = distribution as CategoricalDistribution;
    for (const a of choices) {
      for (const b of choices) {
        const found: unknown = distance(a, b);
        if (typeof found === 'number' && found >= 0 && found < Infinity) continue;
        refuse(
          `the distance of ${shown(a)} and ${shown(b)} of \`${name}\` is ${shown(found)}; give a number from 0 on.`,
        );
      }
    }
  }
}
