import { expect, it } from 'vitest';
import { ageWeights } from './weights.ts';

it.each([0, 1, 2, 24, 25])('all of %i observations weigh the same', (count) => {
  expect([...ageWeights(count)]).toEqual(Array(count).fill(1));
});

it('the newest twenty-five weigh 1, and older ones less, evenly from one part of all', () => {
  expect([...ageWeights(26)]).toEqual([1 / 26, ...Array(25).fill(1)]);
  const weights = ageWeights(29); // four older ones: from 1/29 to 1
  const rise = (1 - 1 / 29) / 3;
  for (const [at, expected] of [1 / 29, 1 / 29 + rise, 1 / 29 + 2 * rise, 1].entries()) {
    expect(weights[at]).toBeCloseTo(expected, 12);
  }
  expect([...weights.subarray(4)]).toEqual(Array(25).fill(1));
});
