import type { Losses } from '../../math/domination.ts';
import { leastDominated } from '../../math/elite.ts';
import { ageWeights } from './weights.ts';

/** The feasible complete trials. */
export interface CompleteTrials {
  /** The losses by row; undefined for the rows of other trials. */
  readonly losses: readonly (Losses | undefined)[];
  /** The rows in the order of the first direction's losses; of equals the oldest first. */
  readonly byFirstLoss: Uint32Array;
}

/** The rules that differ between one objective and several, as in Optuna. */
export interface ObjectiveRules {
  /** Whether parameters are chosen together where the user has not said so. */
  readonly multivariate: boolean;
  /** γ: how many of `count` finished trials are good. */
  belowCount(count: number): number;
  /** The rows of the `count` best trials, fewer than there are, in any order; of equals the oldest. */
  best(complete: CompleteTrials, count: number): Iterable<number>;
  /** The weights of the observations of `count` good trials, the oldest first. */
  belowWeights(count: number, weights?: Float64Array): Float64Array;
}

/** The rules for a study with this number of directions. */
export function objectiveRules(directionCount: number): ObjectiveRules {
  return directionCount > 1 ? severalObjectives : oneObjective;
}

/** A tenth is good, rounded up, at most 25 (Bergstra et al. 2011 with Optuna's γ). */
const oneObjective: ObjectiveRules = {
  multivariate: true,
  belowCount: (count) => Math.min(Math.ceil(0.1 * count), 25),
  best: ({ byFirstLoss }, count) => byFirstLoss.subarray(0, count),
  belowWeights: ageWeights,
};

/** A tenth is good, rounded up, by domination and then by hypervolume; all weigh the same (Ozaki et al. 2022). */
const severalObjectives: ObjectiveRules = {
  multivariate: false,
  belowCount: (count) => Math.ceil(0.1 * count),
  best: ({ losses }, count) => leastDominated(losses, count),
  belowWeights: (count, weights: Float64Array = new Float64Array(count)) => weights.fill(1),
};
