import { nonDominationRanks } from '../math/domination.ts';
import { isFeasible } from './constraints.ts';
import { type Direction, lossesOf } from './direction.ts';
import type { FrozenTrial } from './frozen-trial.ts';

/**
 * The trials that no other dominates, of the COMPLETE ones that meet all their constraints, in the order of `trials`;
 * with one direction all that share the best value. Trials with equal values are all there or none. Empty where no
 * trial is complete and feasible. The same as Optuna's `study.best_trials`.
 */
export function paretoFront(trials: readonly FrozenTrial[], directions: readonly Direction[]): readonly FrozenTrial[] {
  const candidates: FrozenTrial[] = [];
  const points: (readonly number[])[] = [];
  for (const trial of trials) {
    if (trial.state !== 'COMPLETE' || trial.values === null || !isFeasible(trial)) continue;
    candidates.push(trial);
    points.push(lossesOf(trial.values, directions));
  }
  const ranks = nonDominationRanks(points);
  return candidates.filter((_, at) => ranks[at] === 0);
}
