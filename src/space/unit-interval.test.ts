import { expect, it } from 'vitest';
import { float } from './float-distribution.ts';
import { int } from './int-distribution.ts';
import { UnitInterval } from './unit-interval.ts';

it('counts the values of a distribution', () => {
  expect(new UnitInterval(int(1, 5)).count).toBe(5);
  expect(new UnitInterval(int(1, 9, { step: 2 })).count).toBe(5);
  expect(new UnitInterval(float(0, 1, { step: 0.25 })).count).toBe(5);
  expect(new UnitInterval(float(0, 1)).count).toBe(Number.POSITIVE_INFINITY);
});

it('has the bounds of a continuous distribution at its ends, and half a step beside them where there are steps', () => {
  const continuous = new UnitInterval(float(2, 6));
  expect([2, 3, 6].map((value) => continuous.placeOf(value))).toEqual([0, 0.25, 1]);
  expect([0, 0.25, 1].map((place) => continuous.valueAt(place))).toEqual([2, 3, 6]);
  const logarithmic = new UnitInterval(float(0.01, 100, { log: true }));
  expect(logarithmic.placeOf(1)).toBeCloseTo(0.5, 12);
  expect(logarithmic.valueAt(0.75)).toBeCloseTo(10, 12);
  const steps = new UnitInterval(int(1, 5));
  expect([1, 3, 5].map((value) => steps.placeOf(value))).toEqual([0.1, 0.5, 0.9]);
  expect([0, 0.19, 0.21, 1].map((place) => steps.valueAt(place))).toEqual([1, 1, 2, 5]);
});

it('goes some steps further, at most to a bound, and to the nearest step', () => {
  const steps = new UnitInterval(int(1, 5));
  expect(steps.shifted(0.1, 2)).toBe(0.5);
  expect(steps.shifted(0.5, 9)).toBe(0.9);
  expect(steps.shifted(0.5, -9)).toBe(0.1);
  expect(steps.nearest(0.25)).toBeCloseTo(0.3, 12);
  expect(new UnitInterval(float(0, 1)).nearest(1.5)).toBe(1);
});
