import { expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { historyOf } from '../../test/support/history.ts';
import { float } from '../space/float-distribution.ts';
import { int } from '../space/int-distribution.ts';
import type { TrialState } from '../trial/frozen-trial.ts';
import { triedPoints } from './tried-points.ts';

const distributions = { n: int(0, 2), x: float(0, 1, { step: 0.1 }) };
const shape = { space: new Map(Object.entries(distributions)) };
const pointAt = (n: number, x: number) => new Map(Object.entries({ n, x }));

/** A trial at a point, or one that has no parameters yet. */
const trial = (number: number, state: TrialState, point?: { readonly n: number; readonly x: number }) =>
  frozenTrial(number, { state, ...(point && { params: point, distributions }) });

it('points are left that no trial has had; one is kept for each trial that will be given one', () => {
  const history = historyOf([], shape);
  const leftAfter = (...changed: Parameters<typeof history.update>[0]) => {
    history.update(changed);
    return history.summary(triedPoints).leftCount;
  };
  expect(leftAfter()).toBe(33);
  expect(leftAfter(trial(0, 'RUNNING'), trial(1, 'WAITING'))).toBe(31);
  expect(leftAfter(trial(0, 'RUNNING', { n: 1, x: 0.5 }))).toBe(31); // it has its point
  expect(leftAfter(trial(1, 'FAIL'))).toBe(32); // and this one will never have any
  expect(leftAfter(trial(0, 'COMPLETE', { n: 1, x: 0.5 }), trial(2, 'FAIL', { n: 1, x: 0.5 }))).toBe(32);
  expect(leftAfter(trial(3, 'PRUNED', { n: 7, x: 0.5 }))).toBe(32); // beyond today's bounds
});

it('a point is taken by another trial in whatever state, and where rounding has moved its numbers', () => {
  const { params, ...others } = trial(0, 'FAIL', { n: 1, x: 0.1 + 0.2 });
  const history = historyOf([{ params, ...others }, trial(1, 'RUNNING', { n: 2, x: 1 })], shape);
  const points = history.summary(triedPoints);
  expect(points.has(pointAt(1, 0.3), 5)).toBe(true);
  expect(points.has(pointAt(1, 0.4), 5)).toBe(false);
  expect([points.has(pointAt(2, 1), 1), points.has(pointAt(2, 1), 2)]).toEqual([false, true]); // its own, or not
  history.update([trial(2, 'WAITING', { n: 2, x: 1 })]);
  expect(history.summary(triedPoints).has(pointAt(2, 1), 1)).toBe(true);
  expect(Array.from(points.besides(trial(1, 'RUNNING', { n: 2, x: 1 })), ({ number }) => number)).toEqual([1, 2]);
  expect([...points.besides(trial(6, 'RUNNING'))]).toEqual([]);
});
