import { expect, it } from 'vitest';
import { frozenTrial } from '../../../test/support/frozen-trial.ts';
import { NONE_SEEN } from '../optuna-rows/seen-trials.ts';
import { positionWith } from './trial-changes.ts';

const quiet = (next: number) => ({ next, isQuiet: true });

it('a position after our own writes holds the trials that may change, and no others', () => {
  const before = { seen: NONE_SEEN, stamps: new Map([[1, 'stamp']]), own: new Map(), snapshot: quiet(5) };
  const running = frozenTrial(1, { state: 'RUNNING' });
  const waiting = frozenTrial(2, { state: 'WAITING' });
  const between = positionWith(before, [running, waiting, frozenTrial(3)], quiet(9));
  expect(between.seen).toEqual({
    lastId: 3,
    count: 3,
    unfinished: new Map([
      [1, 'running'],
      [2, 'waiting'],
    ]),
  });
  expect([between.stamps, between.own]).toEqual([
    new Map(),
    new Map([
      [1, running],
      [2, waiting],
    ]),
  ]);
  const after = positionWith(between, [frozenTrial(1), frozenTrial(2, { state: 'FAIL' })], quiet(12));
  expect([after.seen.count, after.seen.unfinished.size, after.own.size, after.snapshot]).toEqual([3, 0, 0, quiet(12)]);
});
