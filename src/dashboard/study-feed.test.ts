import { beforeEach, expect, it } from 'vitest';
import { runStarted } from '../../test/support/run-started.ts';
import { float } from '../space/float-distribution.ts';
import { MemoryStorage } from '../storage/memory/memory-storage.ts';
import type { StudyRecord } from '../storage/storage.ts';
import { StudyFeed } from './study-feed.ts';

let storage: MemoryStorage;
let record: StudyRecord;
let feed: StudyFeed;
beforeEach(async () => {
  storage = new MemoryStorage();
  record = await storage.createStudy({ name: 'study', directions: ['minimize'] });
  feed = new StudyFeed(storage, record);
});

const complete = (value: number) => {
  const params = [{ name: 'x', value, distribution: float(0, 1e6) }];
  return storage.createTrial(record, { state: 'COMPLETE', values: [value], params });
};

it('reads what has changed, and knows whether anything has', async () => {
  expect(await feed.refresh()).toBe(false);
  await complete(3);
  const trial = await storage.startTrial(record, { holder: null });
  const before = feed.model;
  expect(await feed.refresh()).toBe(true);
  expect(feed.model).not.toBe(before);
  expect(feed.model).toMatchObject({ finished: 1, best: { number: 0 }, running: [{ number: 1 }] });
  expect(await feed.refresh()).toBe(false);
  const lease = { study: record, trialId: trial?.id ?? -1, holder: null, attempt: 1 };
  await storage.finishTrial(lease, 'COMPLETE', [1]);
  expect(await feed.refresh()).toBe(true);
  expect(feed.model).toMatchObject({ finished: 2, best: { number: 1 }, running: [] });
});

it('computes importances anew once there are a twentieth more trials', async () => {
  const { importances } = await (async () => {
    for (let number = 0; number < 40; number++) await complete(number);
    await feed.refresh();
    return feed.model;
  })();
  expect(importances?.from).toBe(40);
  await complete(40);
  await feed.refresh();
  expect(feed.model.importances).toBe(importances);
  await complete(41);
  await feed.refresh();
  expect(feed.model.importances?.from).toBe(42);
});

it('has the state of our own run, with what happened before it began', () => {
  expect(feed.run).toBeUndefined();
  const [early, late] = [new Date(1), new Date(2)];
  feed.take({ type: 'worker-started', worker: 0, pid: 41 }, early);
  feed.take({ type: 'warning', message: 'too little memory' }, early);
  expect(feed.run).toBeUndefined();
  feed.take(runStarted({ target: 12 }), late);
  expect(feed.run).toMatchObject({
    startedAt: late,
    target: 12,
    workers: [{ id: 0, pid: 41, trial: undefined }],
    log: [{ text: 'warning: too little memory' }],
  });
  feed.take({ type: 'paused', paused: true });
  expect(feed.run?.isPaused).toBe(true);
});
