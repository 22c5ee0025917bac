import type { Direction } from '../trial/direction.ts';

/** The best of the reported values, NaN left out; undefined where nothing is left. */
export function bestReport(values: Iterable<number>, direction: Direction): number | undefined {
  let best: number | undefined;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    if (best === undefined || (direction === 'minimize' ? value < best : value > best)) best = value;
  }
  return best;
}
