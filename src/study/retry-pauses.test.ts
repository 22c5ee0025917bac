import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fake-clock.ts';
import type { FrozenTrial, TrialState } from '../trial/frozen-trial.ts';
import { type PausedTrial, pauseAfter, RetryPauses } from './retry-pauses.ts';

let clock: FakeClock;
let pauses: RetryPauses;
let told: string[];
beforeEach(() => {
  clock = new FakeClock();
  pauses = new RetryPauses(clock);
  told = [];
});

/** A trial whose process has died so often, and whose run was stopped once besides. */
function trial(number: number, deaths: number, state: TrialState = 'WAITING'): FrozenTrial {
  const attempts = [{ end: 'stopped' }, ...Array.from({ length: deaths }, () => ({ end: 'died' }))];
  const systemAttrs = { 'hpo:attempts': attempts, 'hpo:attempt': attempts.length + 1 };
  return { id: number + 1, number, state, systemAttrs } as Partial<FrozenTrial> as FrozenTrial;
}

const note = ({ trial: { number }, deaths, pauseMs }: PausedTrial) => told.push(`${number}: ${deaths}, ${pauseMs}`);
const pausedNow = (...trials: readonly FrozenTrial[]) => pauses.paused(trials, note);
const numbers = (paused: readonly PausedTrial[]) => paused.map(({ trial: { number } }) => number);

describe('the pause before a trial is run again', () => {
  it('grows with each death, up to a minute, and there is none after the first', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7, 2000].map(pauseAfter)).toEqual([
      0, 0, 5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000,
    ]);
  });

  it('lasts from the moment on at which the trial was seen to wait, and is told once', async () => {
    const trials = [trial(3, 3), trial(1, 2), trial(0, 1), trial(5, 0), trial(6, 4, 'RUNNING')];
    expect(numbers(pausedNow(...trials))).toEqual([1, 3]);
    await clock.advance(4_999);
    expect(numbers(pausedNow(...trials))).toEqual([1, 3]);
    await clock.advance(1);
    expect(numbers(pausedNow(...trials))).toEqual([3]);
    await clock.advance(5_000);
    expect(numbers(pausedNow(...trials))).toEqual([]);
    expect(told).toEqual(['3: 3, 10000', '1: 2, 5000']);
    expect(numbers(pausedNow(trial(1, 3)))).toEqual([1]); // it has died again
  });

  it('keeps one caller for each trial, and lets the others go on', async () => {
    const both = [trial(1, 2), trial(2, 3)];
    const waits = (asker: string, trials = both) => pauses.isWaiter(asker, pausedNow(...trials));
    expect(['a', 'b', 'c', 'a', 'b', 'c'].map((asker) => waits(asker))).toEqual([true, true, false, true, true, false]);
    await clock.advance(5_000);
    expect(['a', 'b', 'c'].map((asker) => waits(asker))).toEqual([false, true, false]);
    expect(waits('c', [])).toBe(false);
  });
});
