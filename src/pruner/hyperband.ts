import { checkFields, type Fields, refusal, wholeNumberFrom, withDefaults } from '../base/option-checks.ts';
import { completedReports } from '../history/completed-reports.ts';
import type { History, StudyShape } from '../history/history.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { type Brackets, bracketsOf } from './brackets.ts';
import { checkBootstrap, type Resource, resource } from './halving-options.ts';
import { judgeByHalving } from './halving-rule.ts';
import { checkOneDirection } from './one-direction.ts';
import type { Judgement, Pruner } from './pruner.ts';

/** The brackets of {@link hyperband}. The defaults are Optuna's. */
export interface HyperbandOptions {
  /** The step of the lowest rung in the bracket that prunes first; default 1. */
  readonly minResource?: number;
  /**
   * The largest step that a trial reports. Default `'auto'`: one more than the largest step of COMPLETE trials; nothing
   * is pruned, and the sampler sees all trials, before the first one that has reported. Give it where trials differ in
   * their number of steps.
   */
  readonly maxResource?: Resource;
  /** The factor from one rung's step to the next, and the number of trials of which one climbs on; default 3. */
  readonly reductionFactor?: number;
  /** The number of trials that are pruned at a rung before any climbs on; needs `maxResource` as a number; default 0. */
  readonly bootstrapCount?: number;
}

const defaults: Required<HyperbandOptions> = {
  minResource: 1,
  maxResource: 'auto',
  reductionFactor: 3,
  bootstrapCount: 0,
};

const FIELDS: Fields<HyperbandOptions> = {
  minResource: wholeNumberFrom(1),
  maxResource: resource,
  reductionFactor: wholeNumberFrom(2),
  bootstrapCount: wholeNumberFrom(0),
};

/**
 * Hyperband (Li et al. 2018, JMLR 18), as in Optuna: the trials are divided into brackets, each of which runs
 * {@link successiveHalving} among its own trials and begins to prune later than the one before. The bracket of a trial
 * follows from the name of the study and the trial's number, as in Optuna, so that its processes and these agree. The
 * sampler, too, learns from the trials of the same bracket alone.
 *
 * A trial whose last value is NaN at a rung is pruned. Studies of one direction only.
 *
 * @throws HpoError HPO_INVALID_STUDY for an option that is out of its range, for `maxResource` below `minResource`, or
 *   for `bootstrapCount` with an `'auto'` resource. A study with several directions is refused with the same code when
 *   it is declared or opened.
 * @example defineStudy({ pruner: hyperband({ maxResource: 81 }), … })
 */
export function hyperband(options: HyperbandOptions = {}): Pruner {
  const refuse = refusal('HPO_INVALID_STUDY', 'hyperband()');
  checkFields(options, FIELDS, refuse);
  const all = withDefaults(defaults, options);
  const { minResource, maxResource, bootstrapCount } = all;
  checkBootstrap(bootstrapCount, 'maxResource', maxResource, refuse);
  if (maxResource !== 'auto' && maxResource < minResource) {
    refuse(`\`maxResource\` is ${maxResource} and \`minResource\` is ${minResource}; give at least as much.`);
  }
  return new Hyperband(all);
}

class Hyperband implements Pruner {
  readonly name = 'hyperband';
  readonly ignoresRunningReports = true;
  readonly options: Required<HyperbandOptions>;
  readonly #bracketsByResource = new Map<number, Brackets>();

  constructor(options: Required<HyperbandOptions>) {
    this.options = Object.freeze({ ...options });
  }

  checkStudy(study: StudyShape): void {
    checkOneDirection(this.name, study);
  }

  peers(history: History, trial: { readonly number: number }): History {
    const brackets = this.#brackets(history);
    return brackets === undefined ? history : this.#bracket(brackets, history, trial);
  }

  judge(history: History, trial: FrozenTrial): Judgement {
    const brackets = this.#brackets(history);
    if (brackets === undefined) return false;
    const minEarlyStoppingRate = brackets.of(history.study.name, trial.number);
    // By the brackets as they are now: they change where a trial with more steps completes.
    return judgeByHalving({ ...this.options, minEarlyStoppingRate }, this.#bracket(brackets, history, trial), trial);
  }

  /** The brackets by all trials of the study; undefined while the largest step is not known. */
  #brackets({ whole }: History): Brackets | undefined {
    const { minResource, reductionFactor } = this.options;
    const most = this.#maxResource(whole);
    if (most === undefined) return undefined;
    const known = this.#bracketsByResource.get(most) ?? bracketsOf(minResource, most, reductionFactor);
    this.#bracketsByResource.set(most, known);
    return known;
  }

  #maxResource(whole: History): number | undefined {
    const { minResource, maxResource } = this.options;
    if (maxResource !== 'auto') return maxResource;
    const { lastStep } = whole.summary(completedReports);
    return lastStep === undefined || lastStep + 1 < minResource ? undefined : lastStep + 1; // else there is no bracket
  }

  #bracket(brackets: Brackets, { whole }: History, { number }: { readonly number: number }): History {
    const { name } = whole.study;
    const bracket = brackets.of(name, number);
    const key = `hyperband ${brackets.key} ${bracket}`;
    return whole.part(key, (other) => brackets.of(name, other.number) === bracket);
  }
}
