import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Rng } from '../../base/rng.ts';
import { dominates } from '../../math/domination.ts';
import { scalarLosses } from './scalarization.ts';

it('no point has a greater loss than one that it dominates, whatever the weights', () => {
  const point = fc.tuple(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), fc.integer({ min: -3, max: 3 }));
  fc.assert(
    fc.property(fc.array(point, { minLength: 1, maxLength: 20 }), fc.nat(), (points, seed) => {
      const scalars = scalarLosses(points, new Rng(String(seed)));
      for (const [i, a] of points.entries()) {
        for (const [j, b] of points.entries()) {
          if (dominates(a, b)) expect(scalars[i]).toBeLessThanOrEqual(scalars[j] as number);
        }
      }
    }),
  );
});

it('each trade-off is the best for some weights, and no direction counts for more because its numbers are greater', () => {
  const points = [0, 0.25, 0.5, 0.75, 1].map((t) => [
    (1 - Math.cos((t * Math.PI) / 2)) * 1e6,
    1 - Math.sin((t * Math.PI) / 2),
  ]);
  const wins = new Array<number>(points.length).fill(0);
  for (let seed = 0; seed < 500; seed++) {
    const scalars = [...scalarLosses(points, new Rng(String(seed)))];
    const best = scalars.indexOf(Math.min(...scalars));
    wins[best] = (wins[best] as number) + 1;
  }
  expect(Math.min(...wins)).toBeGreaterThan(25);
  expect(Math.abs((wins[0] as number) - (wins[4] as number))).toBeLessThan(75);
});

it('one direction of equal losses does not count', () => {
  const scalars = scalarLosses(
    [
      [1, 5],
      [2, 5],
      [3, 5],
    ],
    new Rng('weights'),
  );
  expect([...scalars]).toEqual([...scalars].sort((a, b) => a - b));
  expect(scalars[0]).toBe(0);
});
