import { expect, it } from 'vitest';
import { percentileOf } from './percentile.ts';

it('lies between two numbers at any distance from each other', () => {
  const ends = [-1.7e308, 1.7e308];
  expect([0, 50, 100].map((percent) => percentileOf(ends, percent))).toEqual([-1.7e308, 0, 1.7e308]);
  expect(percentileOf([1, 2], 30)).toBe(1.3);
});

it('leaves out the NaNs, which come last', () => {
  expect([0, 50, 100].map((percent) => percentileOf([1, 2, 5, Number.NaN, Number.NaN], percent))).toEqual([1, 2, 5]);
  expect(percentileOf([Number.NaN], 50)).toBe(Number.NaN);
});

it('is NaN for no numbers, and at infinities as with NumPy', () => {
  expect(percentileOf([], 50)).toBe(Number.NaN);
  expect(percentileOf([Infinity, Infinity], 50)).toBe(Number.NaN);
  expect(percentileOf([1, Infinity], 25)).toBe(Infinity);
});
