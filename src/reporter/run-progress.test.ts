import { expect, it } from 'vitest';
import { runStarted } from '../../test/support/run-started.ts';
import type { RunEvent } from '../study/run-event.ts';
import { RunProgress } from './run-progress.ts';

const finished = (complete: number, elapsedMs: number): RunEvent => ({
  type: 'trial-finished',
  trial: complete,
  state: 'COMPLETE',
  values: [0],
  elapsedMs,
  failure: undefined,
  isBest: false,
  counts: { complete, pruned: 1, failed: 1 },
});

it('counts all trials of the study, and expects of the missing ones the mean time of those of this run', () => {
  const progress = new RunProgress();
  progress.take(runStarted({ target: 10, workers: 2, counts: { complete: 3, pruned: 1, failed: 1 } }));
  expect([progress.target, progress.finished, progress.remainingMs]).toEqual([10, 5, undefined]);
  progress.take(finished(4, 1000));
  progress.take(finished(5, 3000));
  expect([progress.finished, progress.remainingMs]).toEqual([7, (3 * 2000) / 2]);
  progress.take({ type: 'target-changed', target: 8 });
  expect([progress.target, progress.remainingMs]).toEqual([8, 2000]); // the last one takes one worker
  progress.take(finished(6, 2000));
  expect(progress.remainingMs).toBe(0);
  progress.take({ type: 'target-changed', target: 4 });
  expect(progress.remainingMs).toBe(0);
});
