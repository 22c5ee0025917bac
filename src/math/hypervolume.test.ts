import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectClose } from '../../test/golden/optuna/golden.ts';
import { nonDominationRanks } from './domination.ts';
import { boxVolume, cornerOf, hypervolume } from './hypervolume.ts';
import { referencePoint, selectByHypervolume } from './hypervolume-selection.ts';

/** The volume by inclusion and exclusion over all subsets: slow and plain. */
function byInclusion(points: readonly (readonly number[])[], reference: readonly number[]): number {
  let volume = 0;
  for (let subset = 1; subset < 2 ** points.length; subset++) {
    const members = points.filter((_, i) => (subset >> i) & 1);
    const corner = members.reduce(cornerOf);
    volume += (members.length % 2 ? 1 : -1) * boxVolume(corner, reference);
  }
  return volume;
}

const pointSets = (most: number, value: fc.Arbitrary<number>) =>
  fc.integer({ min: 1, max: 6 }).chain((dimensions) => {
    const point = fc.array(value, { minLength: dimensions, maxLength: dimensions });
    return fc.array(point, { minLength: 1, maxLength: most });
  });

describe('hypervolume()', () => {
  it('is that of all boxes together', () => {
    const value = fc.integer({ min: 0, max: 40 }).map((n) => n / 10);
    fc.assert(
      fc.property(pointSets(7, value), (points) => {
        const reference = (points[0] ?? []).map(() => 4.5);
        expectClose(hypervolume(points, reference), byInclusion(points, reference), points);
      }),
      { numRuns: 500 },
    );
  });

  it('does not change with the order of points or dimensions, nor with dominated points', () => {
    fc.assert(
      fc.property(pointSets(12, fc.double({ min: -5, max: 5, noNaN: true })), (points) => {
        const reference = (points[0] ?? []).map((_, i) => 6 + i);
        const volume = hypervolume(points, reference);
        expectClose(hypervolume(points.toReversed(), reference), volume, points);
        const turned = points.map((point) => point.toReversed());
        expectClose(hypervolume(turned, reference.toReversed()), volume, points);
        const front = points.filter((_, at) => nonDominationRanks(points)[at] === 0);
        expectClose(hypervolume([...front, reference], reference), volume, points);
      }),
    );
  });

  it('of nothing, of points at the reference, and of infinite ones', () => {
    expect(hypervolume([], [1, 1])).toBe(0);
    expect(hypervolume([[1, 0]], [1, 1])).toBe(0);
    expect(hypervolume([[-Infinity, 0]], [1, 1])).toBe(Infinity);
    expect(hypervolume([[0, 0]], [Infinity, 1])).toBe(Infinity);
    expect(
      hypervolume(
        [
          [0, 0, 0, -Infinity],
          [-1, 0, 0, 0],
        ],
        [1, 1, 1, 1],
      ),
    ).toBe(Infinity);
  });
});

describe('selectByHypervolume()', () => {
  it('takes the wanted number of different points of a front, beginning with the one of the greatest box', () => {
    fc.assert(
      fc.property(pointSets(15, fc.double({ min: -5, max: 5, noNaN: true })), fc.nat(14), (points, more) => {
        const ranks = nonDominationRanks(points);
        const front = points.filter((_, at) => ranks[at] === 0);
        const count = Math.min(more + 1, front.length);
        const reference = referencePoint(front);
        const chosen = selectByHypervolume(front, count, reference);
        expect(new Set(chosen).size).toBe(count);
        const boxes = front.map((point) => boxVolume(point, reference));
        expect(chosen.some((at) => boxes[at] === Math.max(...boxes))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('each time takes the point that adds most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 4 }), fc.nat(1000), (dimensions, seed) => {
        // A front: points on a sphere, spread by the seed.
        const points = Array.from({ length: 12 }, (_, i) => {
          const raw = Array.from({ length: dimensions }, (_, d) => Math.abs(Math.sin(1 + seed + 7 * i + 3 * d)) + 0.01);
          const norm = Math.hypot(...raw);
          return raw.map((value) => -value / norm);
        });
        const reference = referencePoint(points);
        const chosen: number[] = [];
        for (let count = 1; count <= 4; count++) {
          const next = selectByHypervolume(points, count, reference).filter((at) => !chosen.includes(at));
          expect(next.length).toBe(1);
          const volumeWith = (at: number) =>
            hypervolume(
              [...chosen, at].map((index) => points[index] as number[]),
              reference,
            );
          const volumes = points.map((_, at) => volumeWith(at));
          expectClose(volumes[next[0] as number] as number, Math.max(...volumes), points);
          chosen.push(...next);
        }
      }),
    );
  });

  it('has the reference point beyond the worst', () => {
    expect(
      referencePoint([
        [1, -2, 0],
        [0.5, -4, -1],
      ]),
    ).toEqual([1.1, -1.8, 1e-12]);
    expect(referencePoint([[Infinity, -Infinity]])).toEqual([Infinity, -Infinity]);
  });
});
