import { describe, expect, it } from 'vitest';
import { HpoError } from '../base/errors.ts';
import { toldConstraint, toldNumber, toldResult } from './told-values.ts';

/** The message with which something is refused. */
function refusal(attempt: () => unknown): string {
  try {
    return `not refused: ${attempt()}`;
  } catch (error) {
    return HpoError.is(error) && error.code === 'HPO_INVALID_ARGUMENT' ? error.message : String(error);
  }
}

describe('a told number', () => {
  it.each([
    ['0.31', 0.31],
    [' -1e-7 ', -1e-7],
    ['inf', Infinity],
    ['+Infinity', Infinity],
    ['-inf', -Infinity],
    ['-INFINITY', -Infinity],
    ['nan', Number.NaN],
    ['-NaN', Number.NaN],
  ])('%s is %s', (text, value) => {
    expect(toldNumber(text)).toBe(value);
  });

  it('is refused where it is none, or too large for one', () => {
    expect(['', '1,5', '1e999'].map((text) => refusal(() => toldNumber(text)))).toMatchInlineSnapshot(`
      [
        "--value takes a number, inf or nan, not ''.",
        "--value takes a number, inf or nan, not '1,5'.",
        "--value 1e999 is too large; write inf.",
      ]
    `);
  });
});

it('a told constraint has the name before the last `=`', () => {
  expect(toldConstraint('memory=-12')).toEqual({ name: 'memory', bound: -12 });
  expect(toldConstraint('a=b=inf')).toEqual({ name: 'a=b', bound: Infinity });
  expect(
    ['memory', '=1', 'memory=', 'memory=a'].map((text) => refusal(() => toldConstraint(text))),
  ).toMatchInlineSnapshot(`
    [
      "--constraint takes name=value, not 'memory'.",
      "--constraint takes name=value, not '=1'.",
      "--constraint takes a number, inf or nan, not ''.",
      "--constraint takes a number, inf or nan, not 'a'.",
    ]
  `);
});

describe('a told result', () => {
  it('is the values, one for each direction, or a state without any', () => {
    expect(toldResult([1], undefined, 1)).toEqual([1]);
    expect(toldResult([1, Infinity], 'complete', 2)).toEqual([1, Infinity]);
    expect(toldResult([Number.NaN], undefined, 1)).toEqual([Number.NaN]); // it fails, as in Optuna
    expect([toldResult(undefined, 'pruned', 1), toldResult(undefined, 'fail', 2)]).toEqual(['PRUNED', 'FAIL']);
  });

  it('is refused where values and state contradict each other, or the directions', () => {
    const attempts = [
      () => toldResult([1], 'pruned', 1),
      () => toldResult(undefined, undefined, 1),
      () => toldResult(undefined, 'complete', 2),
      () => toldResult([1], undefined, 2),
      () => toldResult([1, 2], undefined, 1),
      () => toldResult([Number.NaN], 'complete', 1),
    ];
    expect(attempts.map(refusal)).toMatchInlineSnapshot(`
      [
        "--state pruned takes no --value; leave one of them out.",
        "The trial has no result; give --value once, or --state pruned or fail.",
        "The trial has no result; give --value 2 times, one for each direction, or --state pruned or fail.",
        "The study takes another number of values; give --value 2 times, one for each direction.",
        "The study takes another number of values; give --value once.",
        "--state complete takes no nan; give numbers.",
      ]
    `);
  });
});
