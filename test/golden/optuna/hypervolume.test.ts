import { describe, expect, it } from 'vitest';
import { nonDominationRanks } from '../../../src/math/domination.ts';
import { hypervolume } from '../../../src/math/hypervolume.ts';
import { referencePoint, selectByHypervolume } from '../../../src/math/hypervolume-selection.ts';
import { expectClose, golden } from './golden.ts';

type Points = readonly (readonly number[])[];

interface Golden {
  readonly volumes: readonly (readonly [points: Points, reference: readonly number[], volume: number])[];
  readonly subsets: readonly (readonly [points: Points, count: number, chosen: readonly number[]])[];
  readonly ranks: readonly (readonly [points: Points, ranks: readonly number[]])[];
}

describe('domination and hypervolume agree with Optuna 5.0.0', () => {
  const { volumes, subsets, ranks } = golden<Golden>('hypervolume.json');

  it('volumes in up to five dimensions', () => {
    expect(volumes.length).toBe(80);
    for (const [points, reference, volume] of volumes) expectClose(hypervolume(points, reference), volume, points);
  });

  it('the subset of greatest volume', () => {
    expect(subsets.length).toBeGreaterThan(90);
    for (const [points, count, chosen] of subsets) {
      const ours = selectByHypervolume(points, count, referencePoint(points));
      expect(
        ours.sort((a, b) => a - b),
        JSON.stringify([points, count]),
      ).toEqual(chosen);
    }
  });

  it('ranks', () => {
    for (const [points, expected] of ranks) expect([...nonDominationRanks(points)]).toEqual(expected);
  });
});
