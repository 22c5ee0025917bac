import { expect, it } from 'vitest';
import { leastDominated } from './elite.ts';

// Three fronts: {0, 1, 2}, {3, 4} and {5}. Of the first, 1 dominates the most volume alone.
const points = [
  [0, 10],
  [1, 1],
  [10, 0],
  [2, 11],
  [11, 2],
  [12, 12],
];

it.each([
  [0, []],
  [1, [1]],
  [3, [0, 1, 2]],
  [5, [0, 1, 2, 3, 4]],
  [6, [0, 1, 2, 3, 4, 5]],
  [9, [0, 1, 2, 3, 4, 5]],
])('the %i best points are whole fronts, and those that dominate much of the next one', (count, expected) => {
  expect(leastDominated(points, count).toSorted()).toEqual(expected);
});

it('has exactly as many as are asked for, from the front that does not fit', () => {
  for (const count of [2, 4]) {
    const best = leastDominated(points, count);
    expect(new Set(best).size).toBe(count);
    expect(best).toEqual(expect.arrayContaining(count === 4 ? [0, 1, 2] : [1]));
  }
});

it('leaves points out that are undefined, and gives the others by their own places', () => {
  const some = points.map((point, at) => (at === 1 || at === 3 ? undefined : point));
  expect(leastDominated(some, 2).toSorted()).toEqual([0, 2]);
  expect(leastDominated(some, 3).toSorted()).toEqual([0, 2, 4]);
  expect(leastDominated([undefined], 1)).toEqual([]);
});
