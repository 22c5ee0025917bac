import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import type { JsonValue } from '../base/json.ts';
import { bestOf, bestValuesSoFar } from './best-trial.ts';
import { constraintsOf, isFeasible, totalViolation } from './constraints.ts';

const withAttrs = (systemAttrs: Readonly<Record<string, JsonValue>>, value = 0, number = 0) =>
  frozenTrial(number, { systemAttrs, values: [value] });

describe('constraints', () => {
  it('are read from the list, from the keys, and from both together', () => {
    const both = withAttrs({ constraints: [1, -2, 3], 'constraints:1': 0.5, 'constraints:size': 4, constraint: 9 });
    expect([...constraintsOf(both)]).toEqual([
      ['0', 1],
      ['1', 0.5],
      ['2', 3],
      ['size', 4],
    ]);
    expect([totalViolation(both), isFeasible(both)]).toEqual([8.5, false]);
    const list = withAttrs({ constraints: [0, -1] });
    expect([totalViolation(list), isFeasible(list)]).toEqual([0, true]);
    expect([totalViolation(withAttrs({})), isFeasible(withAttrs({}))]).toEqual([0, true]);
  });

  it('that are not numbers do not count, and NaN is not met', () => {
    const odd = withAttrs({ constraints: 'none', 'constraints:a': null, 'constraints:b': ['1'] });
    expect([[...constraintsOf(odd)], isFeasible(odd)]).toEqual([[], true]);
    const nan = withAttrs({ constraints: [Number.NaN] });
    expect([totalViolation(nan), isFeasible(nan)]).toEqual([0, false]);
    expect(totalViolation(withAttrs({ constraints: [Infinity] }))).toBe(Infinity);
  });
});

describe('bestOf()', () => {
  const trials = [
    withAttrs({}, 5, 0),
    withAttrs({ constraints: [1] }, 1, 1),
    withAttrs({ 'constraints:size': 0 }, 3, 2),
    withAttrs({}, 3, 3),
    frozenTrial(4, { state: 'PRUNED', values: [0] }),
    withAttrs({ 'constraints:size': 2 }, 9, 5),
  ];

  it('takes the first of the best among the complete and feasible', () => {
    expect(bestOf(trials, ['minimize'])?.number).toBe(2);
    expect(bestOf(trials, ['maximize'])?.number).toBe(0);
  });

  it('finds none where none is feasible, and refuses several directions', () => {
    expect(
      bestOf(
        [trials[1], trials[5]].flatMap((trial) => trial ?? []),
        ['minimize'],
      ),
    ).toBeUndefined();
    expect(bestOf([], ['minimize'])).toBeUndefined();
    expect(() => bestOf(trials, ['minimize', 'minimize'])).toThrow('no single best trial');
  });
});

describe('bestValuesSoFar()', () => {
  it('is the best value after each trial, among the complete ones that meet their constraints', () => {
    const trials = [
      frozenTrial(0, { state: 'FAIL' }),
      frozenTrial(1, { values: [5] }),
      frozenTrial(2, { values: [9], systemAttrs: { constraints: [1] } }),
      frozenTrial(3, { state: 'PRUNED', values: [1] }),
      frozenTrial(4, { values: [3] }),
      frozenTrial(5, { values: [7] }),
    ];
    expect(bestValuesSoFar(trials, 'minimize')).toEqual([Number.NaN, 5, 5, 5, 3, 3]);
    expect(bestValuesSoFar(trials, 'maximize')).toEqual([Number.NaN, 5, 5, 5, 5, 7]);
  });
});
