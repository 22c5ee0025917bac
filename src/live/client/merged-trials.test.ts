import { expect, it } from 'vitest';
import type { ReportTrial } from '../../report/report-data.ts';
import { mergedTrials } from './merged-trials.ts';

const trial = (number: number, state: ReportTrial['state'] = 'COMPLETE') => ({ number, state }) as ReportTrial;
const shown = (trials: readonly ReportTrial[]) => trials.map(({ number, state }) => `${number} ${state}`);

it('puts trials in their places by number, however they come', () => {
  const merged = mergedTrials([trial(0), trial(2, 'RUNNING'), trial(5)], [trial(9), trial(2), trial(1), trial(6)]);
  expect(shown(merged)).toEqual(['0', '1', '2', '5', '6', '9'].map((number) => `${number} COMPLETE`));
  expect(shown(mergedTrials([], [trial(3), trial(1)]))).toEqual(['1 COMPLETE', '3 COMPLETE']);
});

it('keeps the objects of trials that have not changed, and the list where none has', () => {
  const trials = [trial(0), trial(1, 'RUNNING')];
  expect(mergedTrials(trials, [])).toBe(trials);
  expect(mergedTrials(trials, [trial(1)])[0]).toBe(trials[0]);
});
