import { type Losses, nonDominationRanks } from '../../math/domination.ts';
import { referencePoint, selectByHypervolume } from '../../math/hypervolume-selection.ts';
import { ageWeights } from './weights.ts';

/** The feasible complete trials. */
export interface CompleteTrials {
  /** By row; undefined for the rows of other trials. */
  readonly losses: readonly (Losses | undefined)[];
  /** Rows, in the order of the first direction's losses; of equals the oldest first. */
  readonly byFirstLoss: Uint32Array;
}

/** What TPE does for one objective and what for several: Optuna's rules. */
export interface ObjectiveRules {
  /** Whether parameters are chosen together where the user has not said. */
  readonly multivariate: boolean;
  /** γ: how many of `count` finished trials are good. */
  belowCount(count: number): number;
  /** The rows of the `count` best, fewer than there are, in any order; of equals the oldest. */
  best(complete: CompleteTrials, count: number): Iterable<number>;
  /** What the observations of the good trials weigh, the oldest first. */
  belowWeights(count: number): Float64Array;
}

/** The rules for a study with so many directions. */
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
  best: leastDominated,
  belowWeights: (count) => new Float64Array(count).fill(1),
};

/** The rows of the `count` best: whole ranks while they fit, and of the next those that dominate much volume together. */
export function leastDominated({ losses }: Pick<CompleteTrials, 'losses'>, count: number): readonly number[] {
  const rows = [...losses.keys()].filter((row) => losses[row] !== undefined);
  const points = rows.map((row) => losses[row] as Losses);
  const fronts: number[][] = [];
  for (const [index, rank] of nonDominationRanks(points).entries()) {
    while (fronts.length <= rank) fronts.push([]);
    fronts[rank]?.push(index);
  }
  const kept: number[] = [];
  for (const front of fronts) {
    const missing = count - kept.length;
    if (front.length > missing) {
      const candidates = front.map((index) => points[index] as Losses);
      const chosen = missing === 0 ? [] : selectByHypervolume(candidates, missing, referencePoint(candidates));
      kept.push(...chosen.map((at) => front[at] as number));
      break;
    }
    kept.push(...front);
  }
  return kept.map((index) => rows[index] as number);
}
