import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { Rng } from '../base/rng.ts';
import { float } from '../space/float-distribution.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { estimateImportance } from './estimate.ts';
import type { ImportanceEvaluator } from './evaluator.ts';
import { fanova } from './fanova/fanova.ts';
import { importance } from './importance.ts';
import { pedAnova } from './ped-anova/ped-anova.ts';

const directions = ['minimize'] as const;
const distributions = { rate: float(0, 1), decay: float(0, 1), size: float(0, 1), depth: float(0, 1) };

/** Trials drawn by a random sampler, with a value that `rate` decides. */
function trialsOf(count: number, seed = 0): FrozenTrial[] {
  const rng = new Rng(`estimate ${seed}`);
  return Array.from({ length: count }, (_, number) => {
    const params = { rate: rng.uniform(), decay: rng.uniform(), size: rng.uniform(), depth: rng.uniform() };
    return frozenTrial(number, { params, distributions, values: [(params.rate - 0.3) ** 2 + 0.02 * params.decay] });
  });
}

const evaluators = { 'ped-anova': pedAnova(), fanova: fanova({ trees: 8 }) };

describe.each(Object.entries(evaluators))('importance by %s, with its uncertainty', (_, evaluator) => {
  const estimate = (trials: readonly FrozenTrial[]) => estimateImportance({ directions, trials }, { evaluator });

  it('has the shares of importance(), each within its interval, the same for the same trials', () => {
    const trials = trialsOf(40);
    const { params, trials: count } = estimate(trials);
    expect(count).toBe(40);
    expect(params.map((each) => [each.param, each.importance])).toEqual([
      ...importance({ directions, trials }, { evaluator }),
    ]);
    for (const { importance: share, low, high } of params) {
      expect(low).toBeGreaterThanOrEqual(0);
      expect(low).toBeLessThanOrEqual(share);
      expect(high).toBeGreaterThanOrEqual(share);
      expect(high).toBeLessThanOrEqual(1);
    }
    expect(estimate([...trials].reverse())).toEqual({ params, trials: 40, doubt: expect.any(String) });
  });

  it('is surer with more trials, and warns of few', () => {
    const of = (count: number) => {
      const { params, doubt } = estimate(trialsOf(count));
      return { doubt, width: Math.max(...params.map(({ low, high }) => high - low)), first: params[0]?.param };
    };
    const [few, many] = [of(16), of(600)];
    expect(few.width).toBeGreaterThan(0.5);
    expect(few.doubt).toBe(
      '16 complete trials are too few to rely on this; take 50 or more. With so few, an unimportant parameter often comes first.',
    );
    expect(many.width).toBeLessThan(few.width / 2);
    expect(many).toMatchObject({ first: 'rate', doubt: undefined });
  });

  it('holds the shares that far more trials find', () => {
    const truth = importance({ directions, trials: trialsOf(1500, 99) }, { evaluator });
    const held = [1, 2, 3, 4, 5].map((seed) => {
      const { params } = estimate(trialsOf(60, seed));
      return params.every(({ param, low, high }) => {
        const share = truth.get(param) as number;
        return low - 0.03 <= share && share <= high + 0.03;
      });
    });
    expect(held.filter(Boolean).length).toBeGreaterThanOrEqual(4);
  });
});

it('names the parameters whose intervals overlap', () => {
  const trials = trialsOf(80).map((trial) => ({
    ...trial,
    values: [(trial.params.rate as number) + (trial.params.decay as number)],
  }));
  expect(estimateImportance({ directions, trials }).doubt).toMatch(
    /^Whether (rate or decay|decay or rate) matters more is open: their intervals overlap\.$/,
  );
});

it('reads the trials of an open study, whose values may nearly all be the same', async () => {
  const trials = trialsOf(4).map((trial, at) => ({ ...trial, values: [at === 0 ? 1 : 0] }));
  const { params, doubt } = await estimateImportance({ directions, trials: async () => trials }, { params: ['rate'] });
  expect(params).toEqual([{ param: 'rate', importance: 1, low: 1, high: 1 }]);
  expect(doubt).toContain('4 complete trials are too few');
});

it('reaches as far to the other side, where the samples are off to one side of all trials', () => {
  // A sample lacks a third of the trials, so that each finds less of `rate` than all trials do, and more of `decay`.
  const evaluator: ImportanceEvaluator = {
    name: 'distinct',
    evaluate: ({ rated }) =>
      new Map([
        ['rate', new Set(rated.map(({ trial }) => trial.number)).size],
        ['decay', 20],
      ]),
  };
  const { params } = estimateImportance({ directions, trials: trialsOf(60) }, { evaluator });
  expect(params.map(({ param, importance: share }) => [param, share])).toEqual([
    ['rate', 0.75],
    ['decay', 0.25],
  ]);
  for (const { importance: share, low, high } of params) {
    expect(share - low).toBeGreaterThan(0.05);
    expect(high - share).toBeCloseTo(share - low, 12);
  }
});
