import { expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { compareValues, lossesOf } from './direction.ts';
import { lastStep } from './frozen-trial.ts';

it('orders values by a direction, the better one first and NaN last', () => {
  const values = [2, Number.NaN, -Infinity, 1, Infinity];
  const sorted = (direction: 'minimize' | 'maximize') => values.toSorted((a, b) => compareValues(direction, a, b));
  expect(sorted('minimize')).toEqual([-Infinity, 1, 2, Infinity, Number.NaN]);
  expect(sorted('maximize')).toEqual([Infinity, 2, 1, -Infinity, Number.NaN]);
  expect(compareValues('minimize', Infinity, Infinity)).toBe(0);
  expect(compareValues('maximize', Number.NaN, Number.NaN)).toBe(0);
});

it('turns each value that is to be maximised', () => {
  expect(lossesOf([1, 2, -3], ['minimize', 'maximize', 'maximize'])).toEqual([1, -2, 3]);
});

it('knows the last step by its number, in whatever order steps were reported', () => {
  const at = (...steps: readonly number[]) =>
    lastStep(frozenTrial(0, { intermediateValues: new Map(steps.map((step) => [step, 1])) }));
  expect([at(), at(0), at(3, 7, 5), at(-2, -5)]).toEqual([undefined, 0, 7, -2]);
});
