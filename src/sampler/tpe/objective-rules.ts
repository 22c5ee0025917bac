import type { Losses } from '../../trial/domination.ts';
import { nonDominationRanks } from '../../trial/domination.ts';
import { referencePoint, selectByHypervolume } from '../hypervolume/subset-selection.ts';
import { ageWeights } from './weights.ts';

/** What TPE does for one objective and what for several: Optuna's rules. */
export interface ObjectiveRules {
  /** Whether parameters are chosen together where the user has not said. */
  readonly multivariate: boolean;
  /** γ: how many of `count` finished trials are good. */
  belowCount(count: number): number;
  /** The indices of the `count` best, fewer than there are, in any order; of equals the oldest, which come first. */
  best(losses: readonly Losses[], count: number): readonly number[];
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
  best: leastLosses,
  belowWeights: ageWeights,
};

/** A tenth is good, rounded up, by domination and then by hypervolume; all weigh the same (Ozaki et al. 2022). */
const severalObjectives: ObjectiveRules = {
  multivariate: false,
  belowCount: (count) => Math.ceil(0.1 * count),
  best: leastDominated,
  belowWeights: (count) => new Float64Array(count).fill(1),
};

/** By insertion: the count is small. */
function leastLosses(losses: readonly Losses[], count: number): readonly number[] {
  const kept: number[] = [];
  const loss = (index: number) => losses[index]?.[0] as number;
  for (let index = 0; index < losses.length && count > 0; index++) {
    let at = kept.length;
    while (at > 0 && loss(index) < loss(kept[at - 1] as number)) at--;
    if (at >= count) continue;
    kept.splice(at, 0, index);
    if (kept.length > count) kept.pop();
  }
  return kept;
}

/** Whole ranks while they fit, and of the next those that dominate much volume together. */
function leastDominated(losses: readonly Losses[], count: number): readonly number[] {
  const fronts: number[][] = [];
  const ranks = nonDominationRanks(losses);
  for (let index = 0; index < ranks.length; index++) {
    const rank = ranks[index] as number;
    while (fronts.length <= rank) fronts.push([]);
    fronts[rank]?.push(index);
  }
  const kept: number[] = [];
  for (const front of fronts) {
    const missing = count - kept.length;
    if (front.length <= missing) {
      kept.push(...front);
      continue;
    }
    const points = front.map((index) => losses[index] as Losses);
    const chosen = missing === 0 ? [] : selectByHypervolume(points, missing, referencePoint(points));
    return [...kept, ...chosen.map((at) => front[at] as number)];
  }
  return kept;
}
