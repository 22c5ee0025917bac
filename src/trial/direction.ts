import type { Losses } from '../math/domination.ts';

/** The way that an objective's value is to go. */
export type Direction = 'minimize' | 'maximize';

/** Orders two values of an objective, the better one first; equal values give 0. NaN comes after every number. */
export function compareValues(direction: Direction, a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  if (a === b) return 0;
  return a < b === (direction === 'minimize') ? -1 : 1;
}

/** The factor that makes a loss of a value: 1, or -1 where the direction is to be maximised. */
export function signOf(direction: Direction | undefined): 1 | -1 {
  return direction === 'maximize' ? -1 : 1;
}

/** A trial's values with the sign changed where a direction is to be maximised. */
export function lossesOf(values: readonly number[], directions: readonly Direction[]): Losses {
  return values.map((value, at) => (directions[at] === 'maximize' ? -value : value));
}
