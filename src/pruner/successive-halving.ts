import { checkFields, type Fields, refusal, wholeNumberFrom, withDefaults } from '../base/option-checks.ts';
import { completedReports } from '../history/completed-reports.ts';
import type { History } from '../history/history.ts';
import { checkBootstrap, type Resource, resource } from './halving-options.ts';
import { judgeByHalving } from './halving-rule.ts';
import { checkOneDirection } from './one-direction.ts';
import type { Pruner } from './pruner.ts';

/** The rungs at which {@link successiveHalving} compares trials. The defaults are Optuna's. */
export interface SuccessiveHalvingOptions {
  /**
   * The step of the lowest rung. Default `'auto'`: the hundredth part of the largest step of COMPLETE trials, at least
   * 1, so that nothing is pruned before the first one that has reported.
   */
  readonly minResource?: Resource;
  /** The factor from one rung's step to the next, and the number of trials of which one climbs on; default 4. */
  readonly reductionFactor?: number;
  /** The number of rungs left out at the bottom: the first one is at minResource · reductionFactor^this; default 0. */
  readonly minEarlyStoppingRate?: number;
  /** The number of trials that are pruned at a rung before any climbs on; needs `minResource` as a number; default 0. */
  readonly bootstrapCount?: number;
}

const defaults: Required<SuccessiveHalvingOptions> = {
  minResource: 'auto',
  reductionFactor: 4,
  minEarlyStoppingRate: 0,
  bootstrapCount: 0,
};

const FIELDS: Fields<SuccessiveHalvingOptions> = {
  minResource: resource,
  reductionFactor: wholeNumberFrom(2),
  minEarlyStoppingRate: wholeNumberFrom(0),
  bootstrapCount: wholeNumberFrom(0),
};

/**
 * Asynchronous successive halving (Li et al. 2018, "A system for massively parallel hyperparameter tuning"), as in
 * Optuna: a trial that reaches a rung, at the steps `minResource`, `minResource · reductionFactor`, …, goes on only if
 * its last value is among the best `1 / reductionFactor` of those that trials had there so far. Trials are never paused.
 *
 * The value at each rung is kept in Optuna's attributes, so that its processes and these judge by the same values. A
 * trial whose last value is NaN at a rung is pruned. Where `minResource` is `'auto'`, an Optuna process keeps the number
 * that it finds first; this pruner follows the COMPLETE trials. Studies of one direction only.
 *
 * @throws HpoError HPO_INVALID_STUDY for an option that is out of its range, or for `bootstrapCount` with an `'auto'`
 *   resource. A study with several directions is refused with the same code when it is declared or opened.
 * @example defineStudy({ pruner: successiveHalving({ minResource: 1, reductionFactor: 3 }), … })
 */
export function successiveHalving(options: SuccessiveHalvingOptions = {}): Pruner {
  const name = 'successiveHalving';
  const refuse = refusal('HPO_INVALID_STUDY', `${name}()`);
  checkFields(options, FIELDS, refuse);
  const { minResource, ...rule } = withDefaults(defaults, options);
  checkBootstrap(rule.bootstrapCount, 'minResource', minResource, refuse);
  return Object.freeze<Pruner>({
    ignoresRunningReports: true,
    name,
    checkStudy: (study) => checkOneDirection(name, study),
    judge: (history, trial) => {
      const least = minResource === 'auto' ? estimatedLeast(history) : minResource;
      return least !== undefined && judgeByHalving({ ...rule, minResource: least }, history, trial);
    },
  });
}

/** The step of the lowest rung by the COMPLETE trials; undefined while none has reported. */
function estimatedLeast(history: History): number | undefined {
  const { lastStep } = history.summary(completedReports);
  return lastStep === undefined ? undefined : Math.max(Math.floor(lastStep / 100), 1);
}
