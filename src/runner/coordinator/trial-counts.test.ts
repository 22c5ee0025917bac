import { expect, it } from 'vitest';
import { frozenTrial } from '../../../test/support/frozen-trial.ts';
import { bestSoFar, countsOf } from './trial-counts.ts';

const trials = [
  frozenTrial(0, { values: [2], params: { x: 1 } }),
  frozenTrial(1, { state: 'PRUNED', values: [0] }),
  frozenTrial(2, { state: 'FAIL' }),
  frozenTrial(3, { state: 'RUNNING' }),
  frozenTrial(4, { state: 'WAITING' }),
  frozenTrial(5, { values: [3], params: { x: 2 } }),
  frozenTrial(6, { state: 'FAIL' }),
];

it('counts finished trials by their state', () => {
  expect(countsOf(trials)).toEqual({ complete: 2, pruned: 1, failed: 2 });
});

it('knows the best complete trial of one direction', () => {
  expect(bestSoFar(trials, ['minimize'])).toEqual({ trial: 0, value: 2, params: { x: 1 } });
  expect(bestSoFar(trials, ['maximize'])).toEqual({ trial: 5, value: 3, params: { x: 2 } });
  expect(bestSoFar(trials.slice(1, 5), ['minimize'])).toBeUndefined();
  expect(bestSoFar([frozenTrial(0, { values: [1, 2] })], ['minimize', 'minimize'])).toBeUndefined();
});
