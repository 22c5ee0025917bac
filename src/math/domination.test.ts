import { expect, it } from 'vitest';
import { compareLosses, dominates } from './domination.ts';

it.each([
  [[1, 1], [1, 2], true],
  [[1, 2], [1, 1], false],
  [[1, 1], [1, 1], false], // equal points do not dominate each other
  [[0, 3], [1, 2], false],
  [[-Infinity, 2], [-Infinity, 3], true],
  [[1, Infinity], [2, Infinity], true],
  [[2], [3], true],
  [[], [], false],
])('whether %j dominates %j: %j', (a, b, expected) => {
  expect(dominates(a, b)).toBe(expected);
});

it('orders points by the first number that differs', () => {
  const points = [
    [2, 0],
    [1, 5],
    [1, -Infinity],
    [1, 5],
  ];
  expect(points.toSorted(compareLosses)).toEqual([
    [1, -Infinity],
    [1, 5],
    [1, 5],
    [2, 0],
  ]);
  expect(compareLosses([1, 5], [1, 5])).toBe(0);
});
