import type { Direction } from '../trial/direction.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import type { ErrorEstimate } from './error-estimate.ts';

/** Estimates the improvement that further trials may bring, from the trials of a study of one direction. */
export interface Improvement {
  /** Its name in messages, for example `regretBound`. */
  readonly name: string;

  /** The error that the improvement is compared with where a study names none. */
  readonly error: ErrorEstimate;

  /**
   * The improvement that is left, in units of the value; Infinity where the trials do not tell. It follows from its
   * arguments alone, so that every process comes to the same.
   *
   * @param trials COMPLETE and feasible ones, at least one, by number.
   */
  evaluate(trials: readonly FrozenTrial[], direction: Direction): number;
}

/** A trial's value turned so that less is better; the infinities are left to the caller. */
export function lossOf({ values }: FrozenTrial, direction: Direction): number {
  const value = values?.[0] ?? Number.NaN;
  return direction === 'minimize' ? value : -value;
}

/** The index of the least loss; the first of equals. */
export function indexOfLeast(losses: ArrayLike<number>): number {
  let least = 0;
  for (let at = 1; at < losses.length; at++) if ((losses[at] as number) < (losses[least] as number)) least = at;
  return least;
}
