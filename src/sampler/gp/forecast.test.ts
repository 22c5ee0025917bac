import { expect, it } from 'vitest';
import { frozenTrial } from '../../../test/support/frozen-trial.ts';
import { Forecast } from './forecast.ts';

const reports = (...values: number[]) => new Map(values.map((value, step) => [step, value]));
const complete = (loss: number, ...values: number[]) => ({
  trial: frozenTrial(0, { intermediateValues: reports(...values) }),
  loss,
});
const pruned = (...values: number[]) => frozenTrial(1, { state: 'PRUNED', intermediateValues: reports(...values) });

it('goes along the line from the reports at the last step to the ends', () => {
  const curves = Array.from({ length: 2000 }, (_, i) => complete(1 + i / 1000, 9, 2 * (1 + i / 1000)));
  expect(new Forecast(curves, 1).of(pruned(9, 5))).toBeCloseTo(2.5, 2);
  // Where there is little to fit, a loss is as far from the mean in the end as it is now.
  expect(new Forecast([complete(1, 9, 2)], 1).of(pruned(8, 5))).toBeCloseTo(4, 9);
});

it('is never better than the best trial', () => {
  expect(new Forecast([complete(1, 4, 3), complete(2, 5, 4)], 1).of(pruned(0))).toBe(1);
  expect(new Forecast([complete(-1, 4, 3), complete(-2, 5, 4)], -1).of(pruned(100))).toBe(-2);
});

it('compares with the last report before, or the first, where others did not report at the step', () => {
  const others = [complete(1, 3), { trial: frozenTrial(0, { intermediateValues: new Map([[7, 3]]) }), loss: 1 }];
  expect(new Forecast(others, 1).of(pruned(9, 9, 5))).toBeCloseTo(3, 9);
});

it('is the last report where nobody else has reported, and nothing without one', () => {
  expect(new Forecast([complete(1)], 1).of(pruned(4, 3))).toBe(3);
  expect(new Forecast([complete(1)], 1).of(pruned())).toBeUndefined();
  expect(new Forecast([], -1).of(pruned(4))).toBe(-4);
});

it('is as bad as a report that is no number; those of others are left out', () => {
  const others = [complete(1, 2, Number.NaN), complete(3, 4), complete(Infinity, 5)];
  const forecast = new Forecast(others, 1);
  expect(forecast.of(pruned(1, Number.NaN))).toBeNaN();
  expect(forecast.of(pruned(1, Infinity))).toBe(Infinity);
  expect(forecast.of(pruned(3))).toBeCloseTo(2, 9);
  expect(new Forecast([complete(0, 1e300), complete(1, 3e300)], 1).of(pruned(2e300))).toBeGreaterThanOrEqual(0);
});
