import { nonDominationRanks } from '../math/domination.ts';
import { isFeasible } from './constraints.ts';
import { type Direction, lossesOf } from './direction.ts';
import type { FrozenTrial } from './frozen-trial.ts';

/**
 * The COMPLETE trials that meet all their constraints and that no other one dominates, in the order of `trials`; with
 * one direction all that share the best value. Trials with equal values are all there or none. Empty where no trial is
 * complete and feasible. The same as Optuna's `study.best_trials`.
 */
export function paretoFront(trials: readonly FrozenTrial[], directions: readonly Direction[]): readonly FrozenTrial[] {
  const candidates = trials.filter(
    (trial): trial is FrozenTrial & { readonly values: readonly number[] } =>
      trial.state === 'COMPLETE' && trial.values !== null && isFeasible(trial),
  );
  return undominated(candidates, directions);
}

/** The items that no other dominates, in their order; equal ones are all there or none. */
export function undominated<T extends { readonly values: readonly number[] }>(
  candidates: readonly T[],
  directions: readonly Direction[],
): readonly T[] {
  const ranks = nonDominationRanks(candidates.map(({ values }) => lossesOf(values, directions)));
  return candidates.filter((_, at) => ranks[at] === 0);
}
