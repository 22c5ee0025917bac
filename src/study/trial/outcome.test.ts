import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../../test/support/frozen-trial.ts';
import { boundedFailure, failureOf, outcomeOf } from './outcome.ts';

const reported = (...values: readonly number[]) =>
  frozenTrial(0, { state: 'RUNNING', intermediateValues: new Map(values.map((value, step) => [step, value])) });
const silent = reported();

describe('the outcome of a trial', () => {
  it.each([
    [0.5, 1, { state: 'COMPLETE', values: [0.5] }],
    [Number.NEGATIVE_INFINITY, 1, { state: 'COMPLETE', values: [-Infinity] }],
    [[0.5, 2], 2, { state: 'COMPLETE', values: [0.5, 2] }],
    ['FAIL', 1, { state: 'FAIL', values: null }],
  ])('that is told %j in a study of %i directions', (told, directions, expected) => {
    expect(outcomeOf(told, silent, directions)).toEqual(expected);
  });

  it.each([
    [Number.NaN, 1, 'The objective returned NaN; it must return a number.'],
    [undefined, 1, 'The objective returned undefined; it must return a number.'],
    ['0.5', 1, 'The objective returned "0.5"; it must return a number.'],
    [[1, Number.NaN], 2, 'The objective returned NaN; it must return 2 numbers.'],
    [[1, undefined], 2, 'The objective returned undefined; it must return 2 numbers.'],
    [1, 2, 'The objective returned 1 values for a study with 2 directions.'],
    [[1, 2], 1, 'The objective returned 2 values for a study with 1 direction.'],
  ])('is FAIL for %j in a study of %i directions', (told, directions, message) => {
    expect(outcomeOf(told, silent, directions)).toEqual({
      state: 'FAIL',
      values: null,
      failure: { name: 'InvalidValue', message },
    });
  });

  it('is PRUNED with the report of the last step, unless that is NaN or there are several directions', () => {
    const last = frozenTrial(0, {
      state: 'RUNNING',
      intermediateValues: new Map([
        [9, 0.25],
        [2, 0.75],
      ]),
    });
    expect(outcomeOf('PRUNED', last, 1)).toEqual({ state: 'PRUNED', values: [0.25] });
    expect(outcomeOf('PRUNED', reported(1, Infinity), 1).values).toEqual([Infinity]);
    for (const none of [outcomeOf('PRUNED', reported(1, Number.NaN), 1), outcomeOf('PRUNED', silent, 1)]) {
      expect(none).toEqual({ state: 'PRUNED', values: null });
    }
    expect(outcomeOf('PRUNED', last, 2).values).toBeNull();
  });
});

describe('a failure', () => {
  it('has the name, the message and the stack of what was thrown, whatever that is', () => {
    const error = new TypeError('x is not a function');
    expect(failureOf(error)).toEqual({ name: 'TypeError', message: 'x is not a function', stack: error.stack });
    expect(failureOf({ message: 'mine' })).toEqual({ name: 'Error', message: 'mine' });
    for (const thrown of ['text', 7, null, undefined]) {
      expect(failureOf(thrown)).toEqual({ name: 'Error', message: String(thrown) });
    }
    const trap = Object.defineProperty({ message: 'hidden' }, 'name', {
      get() {
        throw new Error('a trap');
      },
    });
    expect(failureOf(trap)).toEqual({ name: 'Error', message: '[object Object]' });
  });

  it('is cut to the length that is kept, its stack to the end of the message', () => {
    const message = 'x'.repeat(2 ** 16);
    const { message: kept, stack = '' } = boundedFailure({ name: 'E', message, stack: `E: ${message}\n    at here` });
    expect(kept.length).toBeLessThan(2 ** 15 + 20);
    expect(stack).toBe(`E: ${kept}\n    at here`);
  });
});
