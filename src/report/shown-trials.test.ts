import { expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { storedStudy } from '../../test/support/stored-study.ts';
import { bestValuesSoFar } from '../trial/best-trial.ts';
import { numberedTrial } from './charts/trials.ts';
import { gatherReport } from './gather.ts';
import { trialCount } from './overview.ts';
import { MOST_SHOWN, shownTrials } from './shown-trials.ts';

const READ_AT = new Date(Date.UTC(2026, 0, 2));
const COUNT = 25_001;
const startedAt = new Date(Date.UTC(2026, 0, 1));

/** Losses that fall now and then, the least feasible one in the middle; the least of all breaks its constraint. */
const trials = Array.from({ length: COUNT }, (_, number) =>
  frozenTrial(number, {
    state: number === COUNT - 1 ? 'RUNNING' : number % 7 === 3 ? 'PRUNED' : 'COMPLETE',
    values: number % 7 === 3 || number === COUNT - 1 ? null : [Math.abs(12_502 - number) + (number % 10)],
    systemAttrs: number === 12_503 ? { 'constraints:size': 1 } : {},
    startedAt,
    completedAt: number === COUNT - 1 ? null : new Date(startedAt.getTime() + 1000),
  }),
);

it('shows an even selection of very many trials, the best, and a bounded number of those that improved', () => {
  const best = trials[12_502] as (typeof trials)[number];
  const { trials: shown, every } = shownTrials(trials, ['minimize'], [best]);
  expect(every).toBe(3);
  const numbers = new Set(shown.map(({ number }) => number));
  expect(shown.map(({ number }) => number)).toEqual([...numbers].sort((a, b) => a - b));
  expect(shown.length).toBeLessThanOrEqual(MOST_SHOWN);
  for (const { number } of trials) if (number % 3 === 0) expect(numbers.has(number)).toBe(true);
  expect([numbers.has(12_502), numbers.has(12_500), numbers.has(12_503)]).toEqual([true, true, false]);
});

it('shows all that improved where they are few, and all trials where these are', () => {
  const falling = trials.map((trial) => (trial.number < 25 ? { ...trial, values: [30 - trial.number] } : trial));
  const { trials: shown } = shownTrials(falling, ['minimize'], []);
  expect(shown.filter(({ number }) => number < 25 && number % 7 !== 3)).toHaveLength(21);
  expect(shownTrials(trials.slice(0, MOST_SHOWN), ['minimize'], [])).toEqual({
    trials: trials.slice(0, MOST_SHOWN),
    every: 1,
  });
});

it('keeps the figures of a report for all trials', () => {
  const data = gatherReport(storedStudy(trials), null, READ_AT);
  expect(data.overview).toEqual({
    counts: { WAITING: 0, RUNNING: 1, COMPLETE: 21_429, PRUNED: 3571, FAIL: 0 },
    every: 3,
    started: COUNT,
    span: [startedAt.getTime(), READ_AT.getTime()],
    ranMs: (COUNT - 1) * 1000 + 24 * 3600 * 1000,
  });
  expect(trialCount(data.overview)).toBe(COUNT);
  expect(data.best).toEqual([
    bestValuesSoFar(trials, 'minimize').indexOf(bestValuesSoFar(trials, 'minimize').at(-1) ?? 0),
  ]);
  const [best = -1] = data.best;
  expect(numberedTrial(data, best)?.number).toBe(best);
  expect([numberedTrial(data, 12_503), numberedTrial(data, 99_999)]).toEqual([undefined, undefined]);
});
