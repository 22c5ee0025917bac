import { expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import type { JsonValue } from '../base/json.ts';
import { compareKeys, keyOf, type TrialKey } from './trial-key.ts';

const trial = frozenTrial(7, {
  values: [0.5, 30],
  params: { x: 1 },
  userAttrs: { note: 'good' },
  intermediateValues: new Map([[3, 0.25]]),
  startedAt: new Date(1000),
  completedAt: new Date(3500),
});

it.each<[TrialKey, unknown]>([
  [{ by: 'number' }, 7],
  [{ by: 'state' }, 'COMPLETE'],
  [{ by: 'started' }, 1000],
  [{ by: 'duration' }, 2500],
  [{ by: 'value', objective: 0 }, 0.5],
  [{ by: 'value', objective: 1 }, 30],
  [{ by: 'value', objective: 2 }, undefined],
  [{ by: 'param', name: 'x' }, 1],
  [{ by: 'param', name: 'toString' }, undefined],
  [{ by: 'userAttr', name: 'note' }, 'good'],
  [{ by: 'report', step: 3 }, 0.25],
  [{ by: 'report', step: 4 }, undefined],
])('the figure of %j', (key, expected) => {
  expect(keyOf(trial, key)).toBe(expected);
});

it('has no duration before its end', () => {
  expect(keyOf({ ...trial, completedAt: null }, { by: 'duration' })).toBeNull();
});

it('orders numbers by size, others by their texts, and missing ones last in either order', () => {
  const figures: (JsonValue | undefined)[] = [10, null, 9, Number.NaN, -Infinity, undefined, 1.5];
  const sorted = (descending: boolean, given = figures) => given.toSorted((a, b) => compareKeys(a, b, descending));
  expect(sorted(false).slice(0, 4)).toEqual([-Infinity, 1.5, 9, 10]);
  expect(sorted(true).slice(0, 4)).toEqual([10, 9, 1.5, -Infinity]);
  expect(sorted(false, ['b', 10, 'a', 9, true])).toEqual([9, 10, 'a', 'b', true]);
  expect(compareKeys(Infinity, Infinity)).toBe(0);
  expect(compareKeys(null, Number.NaN)).toBe(0);
});
