import { expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { RungValues, rungKey } from './rung-values.ts';

const running = (number: number, ...values: readonly number[]) =>
  frozenTrial(number, {
    state: 'RUNNING',
    systemAttrs: Object.fromEntries(values.map((value, rung) => [rungKey(rung), value])),
  });

it('the values at a rung are ascending, and those of a trial that is run again are dropped', () => {
  const values = new RungValues();
  for (const trial of [running(0, 3, 1), running(1, 1), running(2, 2), running(3, 2)]) values.take(trial);
  expect([values.at(0), values.at(1), values.at(2)]).toEqual([[1, 2, 2, 3], [1], []]);

  values.take(running(2, 2, 0.5)); // has reached the next rung
  expect([values.at(0), values.at(1)]).toEqual([
    [1, 2, 2, 3],
    [0.5, 1],
  ]);
  values.take(frozenTrial(0, { state: 'WAITING' })); // is run again
  expect([values.at(0), values.at(1)]).toEqual([[1, 2, 2], [0.5]]);
  values.take(running(0, 9));
  expect(values.at(0)).toEqual([1, 2, 2, 9]);
});

it('values that are no numbers are passed over', () => {
  const values = new RungValues();
  values.take(frozenTrial(0, { systemAttrs: { [rungKey(0)]: Number.NaN, [rungKey(1)]: '1', other: 1 } }));
  expect([values.at(0), values.at(1)]).toEqual([[], []]);
});
