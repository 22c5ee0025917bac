import { expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { historyOf } from '../../test/support/history.ts';
import type { FrozenTrial, TrialState } from '../trial/frozen-trial.ts';
import { StudyModel } from './study-model.ts';

const record = { id: 1, token: 'token', name: 's', directions: ['minimize'], userAttrs: {}, systemAttrs: {} } as const;

it('takes the usual time from the newest complete and pruned trials', () => {
  const trial = (number: number, state: TrialState, ms: number) =>
    frozenTrial(number, { state, startedAt: new Date(1e12), completedAt: new Date(1e12 + ms) });
  const usualTime = (trials: readonly FrozenTrial[]) => new StudyModel(record, historyOf(trials)).usualTime;
  const earlier = Array.from({ length: 500 }, (_, number) => trial(number, 'COMPLETE', 5));
  const failed = Array.from({ length: 80 }, (_, at) => trial(500 + at, 'FAIL', 1));
  const newest = Array.from({ length: 100 }, (_, at) =>
    trial(580 + at, at % 2 ? 'PRUNED' : 'COMPLETE', 1000 + (at % 2)),
  );
  expect(usualTime([...earlier, ...failed, ...newest])).toEqual({ low: 1000, high: 1001 });
  expect(usualTime([...earlier, ...failed])).toEqual({ low: 5, high: 5 });
  expect(usualTime(failed)).toBeUndefined();
});
