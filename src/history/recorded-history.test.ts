import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { historyOf } from '../../test/support/history.ts';
import { float } from '../space/float-distribution.ts';
import { int } from '../space/int-distribution.ts';
import { type FrozenTrial, isFinished, type TrialState } from '../trial/frozen-trial.ts';
import { completedReports } from './completed-reports.ts';
import { groupedSpaces } from './grouped-spaces.ts';
import type { History, HistoryReader } from './history.ts';
import { intersectionSpace } from './intersection-space.ts';

/** A reader that notes each trial that it is shown. */
function witness(): HistoryReader<string[]> {
  return { start: () => [], take: (seen, { number, state }) => seen.push(`${number} ${state}`) };
}

const running = (number: number, fields: Partial<FrozenTrial> = {}) =>
  frozenTrial(number, { state: 'RUNNING', ...fields });
const numbers = ({ trials }: History) => trials.map(({ number }) => number);

describe('a history', () => {
  it('has the trials by number, each as it is now', () => {
    const history = historyOf([frozenTrial(0), running(1)]);
    const { trials } = history;
    history.update([frozenTrial(3, { state: 'WAITING' }), frozenTrial(2), frozenTrial(1, { state: 'FAIL' })]);
    expect(history.trials.map(({ number, state }) => [number, state])).toEqual([
      [0, 'COMPLETE'],
      [1, 'FAIL'],
      [2, 'COMPLETE'],
      [3, 'WAITING'],
    ]);
    expect(history.trials).toBe(trials);
  });

  it('keeps a finished trial as it was, despite later changes', () => {
    const history = historyOf([frozenTrial(0, { values: [1] })]);
    history.update([frozenTrial(0, { values: [2] }), running(0)]);
    expect(history.trials).toEqual([frozenTrial(0, { values: [1] })]);
  });
});

describe('a summary', () => {
  it('is shown each trial once, and again while it is unfinished and has changed', () => {
    const [history, reader] = [historyOf([frozenTrial(0), running(1)]), witness()];
    expect(history.summary(reader)).toEqual(['0 COMPLETE', '1 RUNNING']);
    const [same] = history.trials.slice(1);
    history.update([same as FrozenTrial, frozenTrial(0, { values: [7] })]);
    expect(history.summary(reader)).toHaveLength(2);
    history.update([running(1), frozenTrial(2, { state: 'WAITING' })]);
    history.summary(reader);
    history.update([frozenTrial(1, { state: 'PRUNED' })]);
    history.update([frozenTrial(1, { state: 'FAIL' }), running(2)]);
    const expected = ['0 COMPLETE', '1 RUNNING', '1 RUNNING', '2 WAITING', '1 PRUNED', '2 RUNNING'];
    expect(history.summary(reader)).toEqual(expected);
  });

  it('is shown a trial that changed several times once, as it is now', () => {
    const [history, reader] = [historyOf([]), witness()];
    history.summary(reader);
    history.update([running(0)]);
    history.update([running(0)]);
    history.update([frozenTrial(0)]);
    expect(history.summary(reader)).toEqual(['0 COMPLETE']);
  });

  it('costs in proportion to the trials that have changed, even if an early one never ends', () => {
    const history = historyOf([frozenTrial(0, { state: 'WAITING' }), running(1)]);
    const reader = witness();
    for (let number = 2; number < 1000; number++) {
      history.update([running(number)]);
      history.summary(reader);
      history.update([frozenTrial(number)]);
      history.summary(reader);
    }
    expect(history.summary(reader)).toHaveLength(2 + 2 * 998);
  });

  it('is kept for each reader and each history', () => {
    const [one, other] = [historyOf([frozenTrial(0)]), historyOf([])];
    const [reader, second] = [witness(), witness()];
    expect(one.summary(reader)).toBe(one.summary(reader));
    expect(one.summary(second)).not.toBe(one.summary(reader));
    expect(other.summary(reader)).toEqual([]);
  });

  it('begins with the shape of the study', () => {
    const shape = { name: 'two', directions: ['minimize', 'maximize'], space: new Map([['x', int(0, 1)]]) } as const;
    const history = historyOf([], shape);
    const reader = { start: (study: unknown) => ({ study }), take: () => {} };
    expect(history.summary(reader).study).toEqual(shape);
    expect(history.part('a', () => true).summary(reader).study).toEqual(shape);
  });
});

describe('a part', () => {
  const even = ({ number }: FrozenTrial) => number % 2 === 0;

  it('has the trials that belong to it, by number, and a summary of its own', () => {
    const [history, reader] = [historyOf([]), witness()];
    const part = () => history.part('even', even);
    expect(part().trials).toEqual([]);
    history.update([running(5), running(4), frozenTrial(1)]);
    history.update([running(2), frozenTrial(0), running(3)]);
    expect(numbers(part())).toEqual([0, 2, 4]);
    expect(part().summary(reader).toSorted()).toEqual(['0 COMPLETE', '2 RUNNING', '4 RUNNING']);
    history.update([frozenTrial(4), frozenTrial(5)]);
    expect(part().summary(reader).slice(3)).toEqual(['4 COMPLETE']);
    expect(part().trials[2]).toBe(history.trials[4]);
    expect(history.summary(reader)).toHaveLength(6);
  });

  it('is the same for the same key, and decided by the function of the first call', () => {
    const history = historyOf([frozenTrial(0), frozenTrial(1)]);
    const part = history.part('a', even);
    expect(history.part('a', () => true)).toBe(part);
    expect(numbers(part)).toEqual([0]);
    expect(numbers(history.part('b', () => true))).toEqual([0, 1]);
  });

  it('asks of a trial after each change until the answer is yes, and keeps it then', () => {
    const asked: string[] = [];
    const hasReported = (trial: FrozenTrial) => {
      asked.push(`${trial.number}: ${trial.intermediateValues.size}`);
      return trial.intermediateValues.size === 1;
    };
    const history = historyOf([running(0), frozenTrial(1)]);
    const part = () => history.part('reported', hasReported);
    expect(numbers(part())).toEqual([]);
    for (const reports of [
      [],
      [[1, 2]],
      [
        [1, 2],
        [2, 2],
      ],
    ] as [number, number][][]) {
      history.update([running(0, { intermediateValues: new Map(reports) })]);
      part();
    }
    part();
    expect(asked).toEqual(['0: 0', '1: 0', '0: 0', '0: 1']);
    expect(part().trials).toEqual([history.trials[0]]);
  });

  it('stays as it is between two calls', () => {
    const history = historyOf([frozenTrial(0)]);
    const part = history.part('all', () => true);
    history.update([frozenTrial(1)]);
    expect(numbers(part)).toEqual([0]);
    history.part('all', () => true);
    expect(numbers(part)).toEqual([0, 1]);
  });

  it('has parts', () => {
    const history = historyOf(Array.from({ length: 13 }, (_, number) => running(number)));
    const third = () => history.part('even', even).part('third', ({ number }) => number % 3 === 0);
    expect(numbers(third())).toEqual([0, 6, 12]);
    for (const each of [history, history.part('even', even), third()]) expect(each.whole).toBe(history);
    const reader = witness();
    third().summary(reader);
    history.update([frozenTrial(6), frozenTrial(9), frozenTrial(4), frozenTrial(18)]);
    expect(third().summary(reader).slice(3)).toEqual(['6 COMPLETE', '18 COMPLETE']);
  });
});

describe('a summary brought up to date step by step', () => {
  const [x, y, z] = [float(0, 1), int(1, 9), int(1, 8)];
  const change = fc.record({
    number: fc.nat(11),
    state: fc.constantFrom<TrialState>('WAITING', 'RUNNING', 'COMPLETE', 'PRUNED', 'FAIL'),
    distributions: fc.constantFrom({ x }, { x, y }, { x, y: z }, { y, x }, { z }),
    reports: fc.array(fc.tuple(fc.nat(2), fc.constantFrom(1, 2, 3, Number.NaN)), { maxLength: 3 }),
    isAsked: fc.boolean(),
  });
  const summariesOf = (history: History) => {
    const reports = history.summary(completedReports);
    return {
      intersection: [...history.summary(intersectionSpace).distributions],
      groups: history.summary(groupedSpaces).spaces.map((space) => [...space]),
      reports: [reports.trialCount, ...[0, 1, 2].map((step) => [...reports.at(step)])],
    };
  };
  const parts: ((history: History) => History)[] = [
    (history) => history,
    (history) => history.part('odd', ({ number }) => number % 2 === 1),
    (history) =>
      history.part('began', ({ state }) => state !== 'WAITING').part('odd', ({ number }) => number % 2 === 1),
  ];

  it('is the one that the trials give as they are in the end', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), fc.constantFrom(...parts), (changes, part) => {
        const history = historyOf([]);
        for (const { number, state, distributions, reports, isAsked } of changes) {
          history.update([frozenTrial(number, { state, distributions, intermediateValues: new Map(reports) })]);
          if (isAsked) summariesOf(part(history));
        }
        const anew = part(historyOf(history.trials));
        expect(part(history).trials.filter(({ state }) => isFinished(state))).toEqual(
          anew.trials.filter(({ state }) => isFinished(state)),
        );
        expect(summariesOf(part(history))).toEqual(summariesOf(anew));
      }),
      { numRuns: 300 },
    );
  });
});
