import { expect, it } from 'vitest';
import { frozenTrial } from '../../test/support/frozen-trial.ts';
import { historyOf } from '../../test/support/history.ts';
import type { TrialState } from '../trial/frozen-trial.ts';
import { unfinishedTrials } from './unfinished-trials.ts';

it.each<TrialState>(['COMPLETE', 'PRUNED', 'FAIL'])('a trial is unfinished until it is %s', (end) => {
  const history = historyOf([]);
  const states = () => [...history.summary(unfinishedTrials).values()].map(({ state }) => state);
  for (const state of ['WAITING', 'RUNNING', 'WAITING'] as const) {
    history.update([frozenTrial(0, { state })]);
    expect(states()).toEqual([state]);
  }
  history.update([frozenTrial(0, { state: end }), frozenTrial(1, { state: 'RUNNING' })]);
  expect([...history.summary(unfinishedTrials).keys()]).toEqual([1]);
});
