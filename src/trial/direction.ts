import type { Losses } from '../math/domination.ts';

/** The way that an objective's value is to go. */
export type Direction = 'minimize' | 'maximize';

/** Orders two values of an objective, the better one first; equal values give 0. NaN comes after every number. */
export function compareValues(direction: Direction, a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  if (a === b) return 0;
  return a < b === (direction === 'minimize') ? -1 : 1;
}

/** A trial's values with the sign changed where a direction is to be maximised. */
export function lossesOf(values: readonly number[], directions: readonly Direction[]): Losses {
  return values.map((value, at) => (directions[at] === 'maximize' ? -value : value));
}
