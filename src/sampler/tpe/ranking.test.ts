import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../../test/support/frozen-trial.ts';
import type { Direction } from '../../trial/direction.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { objectiveRules } from './objective-rules.ts';
import { rankKeyOf } from './rank-key.ts';
import { Ranking } from './ranking.ts';

type End = Partial<FrozenTrial>;
const complete = (...values: readonly number[]): End => ({ values });
const pruned = (step: number, value: number): End => ({
  state: 'PRUNED',
  values: [value],
  intermediateValues: new Map([[step, value]]),
});
const infeasible = (violation: number): End => ({ values: [-100], systemAttrs: { 'constraints:0': violation } });
const state = (name: FrozenTrial['state']): End => ({ state: name });

/** Separates trials, of which `count` are good where there are so many. */
function splitOf(ends: readonly End[], count: number, directions: readonly Direction[] = ['minimize']) {
  const ranking = new Ranking({ ...objectiveRules(directions.length), belowCount: () => count });
  for (const [row, end] of ends.entries()) ranking.set(row, rankKeyOf(frozenTrial(row, end), directions));
  const { below, above } = ranking.split(() => false);
  return { good: [...below], rest: [...above] };
}

describe('the good trials', () => {
  const ends = [infeasible(2), pruned(3, 0.5), complete(9), infeasible(1), pruned(5, 0.9), complete(1), pruned(3, 0.1)];

  it.each([
    [1, [5]],
    [2, [2, 5]],
    [3, [2, 4, 5]], // the pruned one that came farthest
    [4, [2, 4, 5, 6]], // then the one with the better value there
    [5, [1, 2, 4, 5, 6]],
    [6, [1, 2, 3, 4, 5, 6]], // then the one that violates its constraints least
    [7, [0, 1, 2, 3, 4, 5, 6]],
  ])('are, %i of them, complete ones first, then pruned, then infeasible ones', (count, good) => {
    const rest = [...ends.keys()].filter((row) => !good.includes(row));
    expect(splitOf(ends, count)).toEqual({ good, rest });
  });

  it('are those in the direction of the study, the older of equal ones first', () => {
    expect(splitOf([complete(1), complete(3), complete(3), complete(2)], 1, ['maximize']).good).toEqual([1]);
    expect(splitOf([complete(2), complete(1), complete(1), complete(1)], 2).good).toEqual([1, 2]);
  });

  it('are of the first fronts with several directions', () => {
    const points = [complete(3, 3), complete(0, 2), complete(2, 0), complete(4, 4)];
    expect(splitOf(points, 2, ['minimize', 'minimize']).good).toEqual([1, 2]);
    expect(splitOf(points, 1, ['maximize', 'maximize']).good).toEqual([3]);
  });

  it('are none that run, which are among the rest; those that wait or have failed are in neither', () => {
    const some = [state('RUNNING'), complete(1), state('FAIL'), state('WAITING'), complete(2)];
    expect(splitOf(some, 1)).toEqual({ good: [1], rest: [0, 4] });
    expect(splitOf(some, 5)).toEqual({ good: [1, 4], rest: [0] });
  });
});

describe('the place of a pruned trial', () => {
  const keyOf = (reports: readonly (readonly [number, number])[], directions: readonly Direction[] = ['minimize']) =>
    rankKeyOf(frozenTrial(0, { state: 'PRUNED', intermediateValues: new Map(reports) }), directions)?.scores;

  it('goes by its last step and the value there, NaN the worst, and is the last without reports', () => {
    expect(keyOf([[4, 0.5]])).toEqual([-4, 0.5]);
    expect(keyOf([[4, 0.5]], ['maximize'])).toEqual([-4, -0.5]);
    expect(keyOf([[4, Number.NaN]])).toEqual([-4, Infinity]);
    expect(keyOf([])).toEqual([1, 0]);
  });

  it('goes by the step alone with several directions', () => {
    expect(keyOf([[4, 0.5]], ['minimize', 'minimize'])).toEqual([-4, 0]);
  });
});

it('a tenth of the trials is good, rounded up; with one direction twenty-five at most', () => {
  const [one, several] = [objectiveRules(1), objectiveRules(2)];
  expect([0, 1, 10, 11, 250, 999].map((count) => one.belowCount(count))).toEqual([0, 1, 1, 2, 25, 25]);
  expect([0, 1, 10, 11, 250, 999].map((count) => several.belowCount(count))).toEqual([0, 1, 1, 2, 25, 100]);
});
