import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { historyOf } from '../../test/support/history.ts';
import { HpoError } from '../base/errors.ts';
import { Rng } from '../base/rng.ts';
import { percentileOf } from '../math/percentile.ts';
import type { Direction } from '../trial/direction.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { median } from './median.ts';
import { nop } from './nop.ts';
import { percentile } from './percentile.ts';
import type { PercentileOptions } from './percentile-rule.ts';

type Reports = Readonly<Record<number, number>>;
const reports = (values: Reports) => new Map(Object.entries(values).map(([step, value]) => [Number(step), value]));
const complete = (...all: Reports[]) =>
  all.map((values, number) => frozenTrial(number, { intermediateValues: reports(values) }));

function prunes(
  trials: readonly FrozenTrial[],
  own: Reports,
  options: PercentileOptions = {},
  direction: Direction = 'minimize',
) {
  const trial = frozenTrial(trials.length, { state: 'RUNNING', intermediateValues: reports(own) });
  const history = historyOf([...trials, trial], { directions: [direction] });
  return median({ startupTrials: 1, ...options }).judge(history, trial);
}

describe('median()', () => {
  const five = complete({ 1: 1 }, { 1: 2 }, { 1: 3 }, { 1: 4 }, { 1: 5 });

  it('prunes a trial whose best report is strictly worse than the median', () => {
    expect([2, 3, 3.1].map((value) => prunes(five, { 1: value }))).toEqual([false, false, true]);
    expect([4, 3, 2.9].map((value) => prunes(five, { 1: value }, {}, 'maximize'))).toEqual([false, false, true]);
    expect(prunes(five, { 0: 1, 1: 9 })).toBe(false);
  });

  it('waits for start-up trials, of which only complete ones count', () => {
    expect(prunes(five, { 1: 9 }, { startupTrials: 5 })).toBe(true);
    expect(prunes(five, { 1: 9 }, { startupTrials: 6 })).toBe(false);
    const pruned = frozenTrial(5, { state: 'PRUNED', intermediateValues: reports({ 1: 0 }) });
    expect(prunes([...five, pruned], { 1: 9 }, { startupTrials: 6 })).toBe(false);
    expect(prunes([], { 1: 9 }, { startupTrials: 0 })).toBe(false);
  });

  it('looks at steps past the warm-up, once in an interval, however uneven the reports', () => {
    const trials = complete({ 0: 1, 1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1 });
    const steps = (options: PercentileOptions, reported: readonly number[]) =>
      reported.filter((_, at) =>
        prunes(trials, Object.fromEntries(reported.slice(0, at + 1).map((step) => [step, 9])), options),
      );
    const all = [0, 1, 2, 3, 4, 5, 6, 7];
    expect(steps({}, all)).toEqual(all);
    expect(steps({ warmupSteps: 3 }, all)).toEqual([3, 4, 5, 6, 7]);
    expect(steps({ interval: 3 }, all)).toEqual([0, 3, 6]);
    expect(steps({ warmupSteps: 1, interval: 3 }, all)).toEqual([1, 4, 7]);
    expect(steps({ interval: 3 }, [1, 2, 5, 7])).toEqual([1, 5, 7]);
  });

  it('keeps a trial without others to compare with, and prunes one with nothing but NaN', () => {
    const nan = Number.NaN;
    expect(prunes(five, {})).toBe(false);
    expect(prunes(five, { 2: 9 })).toBe(false);
    expect(prunes(complete({ 1: nan }, { 1: nan }), { 1: 9 })).toBe(false);
    expect(prunes(complete({ 1: nan }, { 1: 2 }, { 1: 4 }), { 1: 3.5 })).toBe(true);
    expect(prunes(five, { 1: nan })).toBe(true);
    expect(prunes(five, { 0: 1, 1: nan })).toBe(false);
    expect(prunes(five, { 1: 9 }, { minTrials: 6 })).toBe(false);
    expect(prunes(five, { 1: Infinity })).toBe(true);
  });

  it('compares the last report in place of the best one, if asked to', () => {
    const last = { compare: 'last' } as const;
    expect(prunes(five, { 0: 1, 1: 3.1 }, last)).toBe(true);
    expect(prunes(five, { 0: 9, 1: 3 }, last)).toBe(false);
    expect(prunes(five, { 0: 9, 1: 2.9 }, last, 'maximize')).toBe(true);
    expect(prunes(five, { 0: 1, 1: Number.NaN }, last)).toBe(true);
    expect(prunes(five, { 0: Number.NaN, 1: 3 }, last)).toBe(false);
    const trial = frozenTrial(5, { state: 'RUNNING', intermediateValues: reports({ 0: 1, 1: 2.1 }) });
    const lower = percentile(25, { startupTrials: 1, ...last });
    expect(lower.judge(historyOf([...five, trial]), trial)).toBe(true);
  });

  it('decides the same whatever it has decided before', () => {
    const rng = new Rng('history');
    const [pruner, history] = [median(), historyOf([])];
    for (let number = 0; number < 40; number++) {
      const values = Object.fromEntries(Array.from({ length: 4 }, (_, step) => [step, rng.normal()]));
      const asking = frozenTrial(number, { state: 'RUNNING', intermediateValues: reports(values) });
      history.update([asking]);
      expect(pruner.judge(history, asking)).toBe(median().judge(historyOf(history.trials), asking));
      const done = history.trials[rng.integer(number + 1)] as FrozenTrial;
      history.update([frozenTrial(done.number, { ...done, state: 'COMPLETE' })]);
    }
  });

  it('refuses options out of their range, and several directions', () => {
    const attempts = [
      ...[
        { startupTrials: -1 },
        { warmupSteps: 0.5 },
        { interval: 0 },
        { minTrials: Number.NaN },
        { warmup: 2 } as object,
      ].map((wrong) => () => median(wrong)),
      () => median().checkStudy?.({ name: 'two', directions: ['minimize', 'minimize'], space: new Map() }),
    ];
    const messages = attempts.map((attempt) => {
      try {
        return attempt();
      } catch (error) {
        return HpoError.is(error) ? `${error.code} ${error.message}` : error;
      }
    });
    expect(messages).toMatchInlineSnapshot(`
      [
        "HPO_INVALID_STUDY median(): \`startupTrials\` is -1; give a whole number from 0 on.",
        "HPO_INVALID_STUDY median(): \`warmupSteps\` is 0.5; give a whole number from 0 on.",
        "HPO_INVALID_STUDY median(): \`interval\` is 0; give a whole number from 1 on.",
        "HPO_INVALID_STUDY median(): \`minTrials\` is NaN; give a whole number from 1 on.",
        "HPO_INVALID_STUDY median(): there is no \`warmup\`; there are startupTrials, warmupSteps, interval, minTrials, compare.",
        "HPO_INVALID_STUDY median() takes one direction and the study "two" has 2; use nop().",
      ]
    `);
  });
});

it('nop() never prunes', () => {
  const trial = frozenTrial(0, { state: 'RUNNING', intermediateValues: reports({ 1: Number.NaN }) });
  expect(nop().judge(historyOf([trial]), trial)).toBe(false);
});

describe('percentile()', () => {
  const five = complete({ 1: 1 }, { 1: 2 }, { 1: 3 }, { 1: 4 }, { 1: 5 });
  const kept = (percent: number, direction: Direction, own: readonly number[]) =>
    own.filter((value) => {
      const trial = frozenTrial(5, { state: 'RUNNING', intermediateValues: reports({ 1: value }) });
      const history = historyOf([...five, trial], { directions: [direction] });
      return !percentile(percent, { startupTrials: 1 }).judge(history, trial);
    });

  it('keeps the wanted percentage, from the best', () => {
    const own = [0.9, 1, 1.1, 2, 2.1, 3, 3.1, 4.9, 5, 5.1];
    expect(kept(0, 'minimize', own)).toEqual([0.9, 1]);
    expect(kept(25, 'minimize', own)).toEqual([0.9, 1, 1.1, 2]);
    expect(kept(50, 'minimize', own)).toEqual([0.9, 1, 1.1, 2, 2.1, 3]);
    expect(kept(100, 'minimize', own)).toEqual(own.slice(0, -1));
    expect(kept(0, 'maximize', own)).toEqual([5, 5.1]);
    expect(kept(25, 'maximize', own)).toEqual([4.9, 5, 5.1]);
    expect(kept(100, 'maximize', own)).toEqual(own.slice(1));
  });

  it('refuses values that are not percentages, and names itself', () => {
    const messages = [-0.1, 100.1, Number.NaN, '50' as never].map((percent) => {
      try {
        return percentile(percent).name;
      } catch (error) {
        return HpoError.is(error) ? `${error.code} ${error.message}` : error;
      }
    });
    expect(messages).toMatchInlineSnapshot(`
      [
        "HPO_INVALID_STUDY percentile(): \`percent\` is -0.1; give a number from 0 to 100.",
        "HPO_INVALID_STUDY percentile(): \`percent\` is 100.1; give a number from 0 to 100.",
        "HPO_INVALID_STUDY percentile(): \`percent\` is NaN; give a number from 0 to 100.",
        "HPO_INVALID_STUDY percentile(): \`percent\` is "50"; give a number from 0 to 100.",
      ]
    `);
    expect(percentile(50).name).toBe('percentile');
    expect(() => percentile(50, { interval: 0 })).toThrow('percentile(): `interval` is 0');
  });
});

it('percentiles', () => {
  expect([0, 10, 25, 50, 100].map((percent) => percentileOf([1, 2, 3, 4], percent))).toEqual([1, 1.3, 1.75, 2.5, 4]);
  expect(percentileOf([1, 2, Number.NaN], 50)).toBe(1.5);
  expect([percentileOf([], 50), percentileOf([Number.NaN], 50)]).toEqual([Number.NaN, Number.NaN]);
  expect(percentileOf([7], 50)).toBe(7);
});
