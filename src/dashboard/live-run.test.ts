import { describe, expect, it } from 'vitest';
import { runStarted } from '../../test/support/run-started.ts';
import type { RunEvent } from '../study/run-event.ts';
import { afterEvent, type LiveRun, liveRunOf } from './live-run.ts';

const BEGIN = new Date('2026-11-21T12:00:00Z');
const LATER = new Date('2026-11-21T12:01:00Z');

const runAfter = (...events: readonly RunEvent[]): LiveRun =>
  events.reduce((run, event) => afterEvent(run, event, LATER), liveRunOf(runStarted(), BEGIN));

const start = (trial: number, worker: number): RunEvent => ({
  type: 'trial-started',
  trial,
  worker,
  params: {},
  attempt: 1,
});
const finish = (trial: number): RunEvent => ({
  type: 'trial-finished',
  trial,
  state: 'COMPLETE',
  values: [1],
  elapsedMs: 1,
  failure: undefined,
  isBest: false,
  counts: { complete: 1, pruned: 0, failed: 0 },
});
const log = (text: string, trial?: number): RunEvent => ({
  type: 'log',
  stream: 'stdout',
  phase: trial === undefined ? 'prepare' : 'trial',
  trial,
  worker: 0,
  text,
});
const workers: readonly RunEvent[] = [
  { type: 'worker-started', worker: 1, pid: 42 },
  { type: 'worker-started', worker: 0, pid: 41 },
];
const textsOf = ({ log: lines }: LiveRun) => lines.map(({ text }) => text);

describe('the workers of a run', () => {
  it('stand by number, each with its present trial', () => {
    expect(runAfter(...workers, start(4, 1), start(5, 0)).workers).toEqual([
      { id: 0, pid: 41, trial: 5 },
      { id: 1, pid: 42, trial: 4 },
    ]);
    expect(runAfter(...workers, { type: 'worker-started', worker: 0, pid: 43 }).workers).toEqual([
      { id: 0, pid: 43, trial: undefined },
      { id: 1, pid: 42, trial: undefined },
    ]);
  });

  it.each<RunEvent>([
    finish(4),
    { type: 'trial-requeued', trial: 4, reason: 'stopped' },
    { type: 'trial-lost', trial: 4, reason: 'taken over' },
  ])('have no trial any more after $type', (end) => {
    expect(runAfter(...workers, start(4, 0), start(5, 1), end).workers).toEqual([
      { id: 0, pid: 41, trial: undefined },
      { id: 1, pid: 42, trial: 5 },
    ]);
  });

  it('are the first alone once the winner is retrained', () => {
    const retraining: RunEvent = { type: 'retrain-started', trial: 4, params: {}, settings: {} };
    const run = runAfter(...workers, retraining);
    expect(run.workers.map(({ id }) => id)).toEqual([0]);
    expect(run.isRetraining).toBe(true);
    const end: RunEvent = { type: 'retrain-finished', folder: 'runs/study/retrain', metrics: null, elapsedMs: 1 };
    expect(runAfter(retraining, end)).toMatchObject({ isRetraining: false, progress: undefined });
  });
});

describe('the log of a run', () => {
  it('has the lines of the study, of its trials and of the run itself, with their time', () => {
    const run = runAfter(
      log('downloading'),
      log('one\n\u001b[31mtwo\u001b[0m', 7),
      { type: 'warning', message: 'too little memory' },
      { type: 'trial-given-up', trial: 3, failure: { name: 'HolderDied', message: 'It died.' } },
      { type: 'trial-lost', trial: 4, reason: 'taken over' },
    );
    expect(textsOf(run)).toEqual([
      'prepare | downloading',
      'trial 7 | one',
      'trial 7 | two',
      'warning: too little memory',
      'trial 3: HolderDied: It died.',
      'taken over',
    ]);
    expect(new Set(run.log.map(({ at }) => at))).toEqual(new Set([LATER]));
    expect(run.startedAt).toBe(BEGIN);
  });

  it('keeps the newest two hundred lines', () => {
    const run = runAfter(...Array.from({ length: 205 }, (_, at) => log(`line ${at}`)));
    expect(textsOf(run).length).toBe(200);
    expect(textsOf(run)[0]).toBe('prepare | line 5');
    expect(textsOf(run).at(-1)).toBe('prepare | line 204');
  });
});

it('follows the orders of the person who watches', () => {
  const run = runAfter(
    { type: 'paused', paused: true },
    { type: 'target-changed', target: 12 },
    { type: 'prune-asked', trial: 4 },
    { type: 'prune-asked', trial: 5 },
    { type: 'stopping', how: 'drain' },
  );
  expect(run).toMatchObject({ isPaused: true, target: 12, toPrune: new Set([4, 5]), stopping: 'drain' });
  expect(afterEvent(run, { type: 'paused', paused: false }, LATER).isPaused).toBe(false);
});
