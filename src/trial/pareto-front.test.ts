import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { nonDominationRanks } from '../math/domination.ts';
import type { Direction } from './direction.ts';
import { lossesOf } from './direction.ts';
import type { FrozenTrial, TrialState } from './frozen-trial.ts';
import { paretoFront } from './pareto-front.ts';

/** Domination by its definition: nowhere worse, somewhere better. */
function dominates(a: readonly number[], b: readonly number[]): boolean {
  return a.every((value, i) => value <= (b[i] as number)) && a.some((value, i) => value < (b[i] as number));
}

// Few different numbers, so that there are ties and equal points; the infinities are values of trials, too.
const value = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double({ noNaN: true }),
  fc.constantFrom(Infinity, -Infinity),
);
const directionList = fc.array(fc.constantFrom<Direction>('minimize', 'maximize'), { minLength: 1, maxLength: 5 });
const studies = directionList.chain((directions) => {
  const values = fc.array(value, { minLength: directions.length, maxLength: directions.length });
  const trial = fc.record({
    state: fc.constantFrom<TrialState>('COMPLETE', 'COMPLETE', 'COMPLETE', 'PRUNED', 'RUNNING', 'FAIL'),
    values,
    constraint: fc.constantFrom(undefined, -1, 0, 0.5),
  });
  return fc.array(trial, { maxLength: 25 }).map((drawn) => ({
    directions,
    trials: drawn.map(({ state, values, constraint }, number) =>
      frozenTrial(number, {
        state,
        values: state === 'COMPLETE' || state === 'PRUNED' ? values : null,
        systemAttrs: constraint === undefined ? {} : { 'constraints:size': constraint },
      }),
    ),
  }));
});

describe('paretoFront()', () => {
  it('has the complete and feasible trials that none of them dominates, and no others', () => {
    fc.assert(
      fc.property(studies, ({ trials, directions }) => {
        const front = paretoFront(trials, directions);
        const losses = (trial: FrozenTrial) => lossesOf(trial.values ?? [], directions);
        const candidates = trials.filter(
          (trial) => trial.state === 'COMPLETE' && trial.systemAttrs['constraints:size'] !== 0.5,
        );
        for (const trial of candidates) {
          const by = candidates.filter((other) => dominates(losses(other), losses(trial)));
          expect(front.includes(trial)).toBe(by.length === 0);
          // A point that is dominated is dominated by a member.
          if (by.length > 0) expect(by.some((other) => front.includes(other))).toBe(true);
        }
        expect(front).toEqual(candidates.filter((trial) => front.includes(trial)));
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps equal trials together, in the order of their numbers', () => {
    const values = [
      [1, 2],
      [2, 1],
      [1, 2],
      [2, 2],
      [0, Infinity],
      [-0, Infinity],
    ];
    const trials = values.map((own, number) => frozenTrial(number, { values: own }));
    expect(paretoFront(trials, ['minimize', 'minimize']).map(({ number }) => number)).toEqual([0, 1, 2, 4, 5]);
    expect(paretoFront(trials, ['maximize', 'minimize']).map(({ number }) => number)).toEqual([1]);
    expect(paretoFront([], ['minimize', 'minimize'])).toEqual([]);
  });
});

it('a rank is one more than the greatest among those that dominate', () => {
  const point = fc.integer({ min: 1, max: 5 }).chain((length) => {
    const same = fc.array(value, { minLength: length, maxLength: length });
    return fc.array(same, { maxLength: 30 });
  });
  fc.assert(
    fc.property(point, (points) => {
      const ranks = nonDominationRanks(points);
      for (const [at, own] of points.entries()) {
        const above = points.flatMap((other, i) => (dominates(other, own) ? [ranks[i] as number] : []));
        expect(ranks[at]).toBe(Math.max(-1, ...above) + 1);
      }
    }),
    { numRuns: 1000 },
  );
});
