import type { JsonValue } from '../base/json.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { cellOf } from './trial-columns.ts';

/**
 * Trials in the order of a column, equals by number: numbers by size, texts by their letters, NaN and what is not there
 * last, whichever way.
 */
export function sortTrials(
  trials: readonly FrozenTrial[],
  column: string,
  descending: boolean,
): readonly FrozenTrial[] {
  const keyed = trials.map((trial) => ({ trial, key: cellOf(trial, column) }));
  keyed.sort((a, b) => compareKeys(a.key, b.key, descending));
  return keyed.map(({ trial }) => trial);
}

type Key = JsonValue | undefined;

function compareKeys(a: Key, b: Key, descending: boolean): number {
  if (isLast(a) || isLast(b)) return Number(isLast(a)) - Number(isLast(b));
  const order = typeof a === 'number' && typeof b === 'number' ? a - b || 0 : compareTexts(String(a), String(b));
  return descending ? -order : order;
}

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function isLast(key: Key): boolean {
  return key === undefined || key === null || Number.isNaN(key);
}
