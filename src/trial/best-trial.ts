import { HpoError } from '../base/errors.ts';
import { isFeasible } from './constraints.ts';
import { compareValues, type Direction } from './direction.ts';
import type { FrozenTrial } from './frozen-trial.ts';
import { undominated } from './pareto-front.ts';

/**
 * The COMPLETE trial with the best value among those that meet all their constraints; the first of equals. Undefined
 * where there is none, also where all complete trials are infeasible (Optuna throws there).
 * @throws HpoError HPO_INVALID_ARGUMENT for several directions.
 */
export function bestOf(trials: readonly FrozenTrial[], directions: readonly Direction[]): FrozenTrial | undefined {
  const [direction, ...others] = directions;
  if (direction === undefined || others.length > 0) {
    throw new HpoError(
      'HPO_INVALID_ARGUMENT',
      'A study with several directions has no single best trial; choose one of its Pareto front by its number.',
    );
  }
  let best: FrozenTrial | undefined;
  for (const trial of trials) {
    if (trial.state !== 'COMPLETE' || trial.values === null) continue;
    const better = best === undefined || compareValues(direction, firstValue(trial), firstValue(best)) < 0;
    if (better && isFeasible(trial)) best = trial;
  }
  return best;
}

/**
 * The best value so far after each of the trials of one direction, in their order; NaN before the first one that is
 * complete and meets its constraints.
 */
export function bestValuesSoFar(trials: readonly FrozenTrial[], direction: Direction): readonly number[] {
  let best = Number.NaN;
  return trials.map((trial) => {
    const value = trial.state === 'COMPLETE' ? firstValue(trial) : Number.NaN;
    if (compareValues(direction, value, best) < 0 && isFeasible(trial)) best = value;
    return best;
  });
}

/**
 * The same as {@link bestValuesSoFar}, from `results` by number: only the trials that are complete and meet their
 * constraints.
 *
 * @param count the number of all trials.
 */
export function bestResultsSoFar(results: readonly Reached[], count: number, direction: Direction): readonly number[] {
  let best = Number.NaN;
  let next = 0;
  return Array.from({ length: count }, (_, number) => {
    for (; next < results.length && (results[next] as Reached).number <= number; next++) {
      const value = (results[next] as Reached).values[0] as number;
      if (compareValues(direction, value, best) < 0) best = value;
    }
    return best;
  });
}

/** A trial with the values that it reached, one for each direction. */
interface Reached {
  readonly number: number;
  readonly values: readonly number[];
}

/**
 * The `n` best of `trials`, which are ordered by number: with one direction the best first, the first of equals before
 * the others; with several directions those that no other dominates, by number, at most `n`.
 */
export function bestOfAll<T extends Reached>(
  trials: readonly T[],
  directions: readonly Direction[],
  n: number,
): readonly T[] {
  const [direction, ...others] = directions;
  if (direction === undefined || others.length > 0) return undominated(trials, directions).slice(0, n);
  const compare = (a: T, b: T) => compareValues(direction, a.values[0] as number, b.values[0] as number);
  if (n === 1) return trials.slice(0, 1).map((first) => trials.reduce((a, b) => (compare(b, a) < 0 ? b : a), first));
  return trials.toSorted((a, b) => compare(a, b) || a.number - b.number).slice(0, n);
}

function firstValue(trial: FrozenTrial): number {
  return trial.values?.[0] ?? Number.NaN;
}
