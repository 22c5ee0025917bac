import type { JsonValue } from '../base/json.ts';
import { ownValue } from '../base/own-value.ts';
import type { FrozenTrial } from './frozen-trial.ts';

/** The figure of a trial that trials are ordered by. */
export type TrialKey =
  | { readonly by: 'number' }
  | { readonly by: 'state' | 'started' | 'duration' }
  | { readonly by: 'value'; readonly objective: number }
  | { readonly by: 'param' | 'userAttr'; readonly name: string }
  | { readonly by: 'report'; readonly step: number };

/** A trial's figure, times in milliseconds; null or undefined where it has none. */
export function keyOf(trial: FrozenTrial, key: TrialKey): JsonValue | undefined {
  const { startedAt, completedAt } = trial;
  switch (key.by) {
    case 'number':
      return trial.number;
    case 'state':
      return trial.state;
    case 'started':
      return startedAt?.getTime();
    case 'duration':
      return startedAt && completedAt ? completedAt.getTime() - startedAt.getTime() : null;
    case 'value':
      return trial.values?.[key.objective];
    case 'param':
      return ownValue(trial.params, key.name);
    case 'userAttr':
      return ownValue(trial.userAttrs, key.name);
    case 'report':
      return trial.intermediateValues.get(key.step);
  }
}

/**
 * Orders figures: numbers by size, anything else by its text. Missing figures and NaN come last, whatever the order.
 */
export function compareKeys(a: JsonValue | undefined, b: JsonValue | undefined, descending = false): number {
  if (isLast(a) || isLast(b)) return Number(isLast(a)) - Number(isLast(b));
  const order = typeof a === 'number' && typeof b === 'number' ? a - b || 0 : compareTexts(String(a), String(b));
  return descending ? -order : order;
}

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function isLast(key: JsonValue | undefined): boolean {
  return key === undefined || key === null || Number.isNaN(key);
}
