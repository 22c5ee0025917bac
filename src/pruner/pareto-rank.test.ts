import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { historyOf } from '../../test/support/history.ts';
import { dominates } from '../math/domination.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { addedMetrics } from '../trial/reported-metrics.ts';
import { median, type ParetoRankOptions, paretoRank } from './index.ts';

type Point = readonly [loss: number, size: number | undefined];

function reported(number: number, [loss, size]: Point, fields: Partial<FrozenTrial> = {}): FrozenTrial {
  const systemAttrs = size === undefined ? {} : addedMetrics({}, 1, { size });
  return frozenTrial(number, { intermediateValues: new Map([[1, loss]]), systemAttrs, ...fields });
}

function prunes(others: readonly Point[], own: Point, options: Partial<ParetoRankOptions> = {}): boolean {
  const trials = others.map((point, number) => reported(number, point, { values: [0, 0] }));
  const trial = reported(others.length, own, { state: 'RUNNING' });
  const history = historyOf([...trials, trial], { directions: ['minimize', 'maximize'] });
  return paretoRank({ metrics: ['size'], startupTrials: 1, ...options }).judge(history, trial) as boolean;
}

describe('paretoRank()', () => {
  const front: readonly Point[] = [
    [1, 1],
    [2, 2],
    [3, 3],
  ];

  it('prunes a trial that more than half of the others rank before', () => {
    expect(prunes(front, [1, 0.5])).toBe(true);
    expect(prunes(front, [2, 1])).toBe(true);
    expect(prunes(front, [0.5, 0])).toBe(false); // nothing dominates it
    expect(prunes(front, [3, 3])).toBe(false); // equal to one of the front
    const worse: readonly Point[] = [...front, [9, 0], [9, 0], [9, 0]];
    expect(prunes(worse, [2, 1])).toBe(false); // three of six are before it
    expect(prunes(worse, [2, 1], { percent: 49 })).toBe(true);
    expect(prunes(worse, [9, -1])).toBe(true);
    expect(prunes(worse, [9, -1], { percent: 100 })).toBe(false);
  });

  it('waits for start-up trials, for others at the step, and for its steps', () => {
    expect(prunes(front, [2, 1], { startupTrials: 4 })).toBe(false);
    expect(prunes(front, [2, 1], { minTrials: 4 })).toBe(false);
    expect(prunes(front, [2, 1], { warmupSteps: 2 })).toBe(false);
    expect(prunes([], [2, 1], { startupTrials: 0 })).toBe(false);
    const silent = frozenTrial(1, { state: 'RUNNING' });
    const history = historyOf([reported(0, [1, 1]), silent], { directions: ['minimize', 'maximize'] });
    expect(paretoRank({ metrics: ['size'], startupTrials: 1 }).judge(history, silent)).toBe(false);
  });

  it('prunes a trial that reports NaN, and leaves out others that did, or that lack the figure', () => {
    expect(prunes(front, [Number.NaN, 9])).toBe(true);
    expect(prunes(front, [0, Number.NaN])).toBe(true);
    const odd: readonly Point[] = [
      [0, Number.NaN],
      [Number.NaN, 9],
      [0, undefined],
    ];
    expect(prunes(odd, [2, 1])).toBe(false);
    expect(prunes([...odd, [1, 2]], [2, 1])).toBe(true);
  });

  it('asks for a figure that is missing', () => {
    expect(() => prunes(front, [1, undefined])).toThrow(
      'paretoRank(): trial 3 reported step 1 without `size`; report it by trial.report(value, 1, { size: … }).',
    );
  });

  const value = fc.integer({ min: 0, max: 5 });
  const point = fc.tuple(value, value);

  it('never prunes a trial that no other dominates', () => {
    fc.assert(
      fc.property(fc.array(point, { maxLength: 12 }), point, (others, own) => {
        const losses = ([loss, size]: readonly [number, number]) => [loss, -size];
        if (!others.some((other) => dominates(losses(other), losses(own)))) expect(prunes(others, own)).toBe(false);
      }),
    );
  });

  it('is the median rule on the last report where the second figure says the same as the first', () => {
    fc.assert(
      fc.property(fc.uniqueArray(value, { minLength: 1, maxLength: 5 }), value, (others, own) => {
        const trials = others.map((loss, number) => frozenTrial(number, { intermediateValues: new Map([[1, loss]]) }));
        const trial = frozenTrial(others.length, { state: 'RUNNING', intermediateValues: new Map([[1, own]]) });
        const rule = median({ startupTrials: 1, compare: 'last' });
        const points = others.map((loss) => [loss, -loss] as const);
        const isOdd = others.length % 2 === 1; // else the median lies between two
        if (isOdd) expect(prunes(points, [own, -own])).toBe(rule.judge(historyOf([...trials, trial]), trial));
      }),
    );
  });
});
