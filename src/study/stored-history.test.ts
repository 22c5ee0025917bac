import { beforeEach, expect, it } from 'vitest';
import { leaseOf } from '../storage/lease.ts';
import { MemoryStorage } from '../storage/memory/memory-storage.ts';
import type { StudyRecord } from '../storage/storage.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { StoredHistory } from './stored-history.ts';

let storage: MemoryStorage;
let record: StudyRecord;
let history: StoredHistory;
beforeEach(async () => {
  storage = new MemoryStorage();
  record = await storage.createStudy({ name: 'study', directions: ['maximize'] });
  history = new StoredHistory(storage, record);
});

const states = () => history.trials.map(({ state }) => state);

it('brings itself up to date with what any process has written', async () => {
  const trial = (await storage.startTrial(record, { holder: null })) as FrozenTrial;
  expect(states()).toEqual([]);
  expect(await history.refresh()).toBe(history.trials);
  expect(states()).toEqual(['RUNNING']);
  await storage.finishTrial(leaseOf(record, trial), 'COMPLETE', [1]);
  await storage.createTrial(record, { state: 'WAITING' });
  await history.refresh();
  expect(states()).toEqual(['COMPLETE', 'WAITING']);
  expect(history.history.trials).toBe(history.trials);
  expect(history.history.study.directions).toEqual(['maximize']);
});

it('has another revision after a change, and reads nothing where there was none', async () => {
  const { revision } = history;
  await history.refresh();
  expect(history.revision).toBe(revision);
  await storage.createTrial(record, { state: 'COMPLETE', values: [1] });
  await history.refresh();
  const changed = history.revision;
  expect(changed).not.toBe(revision);
  for (let look = 0; look < 3; look++) await history.refresh();
  expect(history.revision).toBe(changed);
});

it('begins with what was read before', async () => {
  await storage.createTrial(record, { state: 'COMPLETE', values: [1] });
  const read = await storage.changesSince(record);
  const informed = new StoredHistory(storage, record, undefined, { read });
  expect(informed.trials).toEqual(read.trials);
  const { revision } = informed;
  await informed.refresh();
  expect(informed.revision).toBe(revision);
});

it('finds a trial by its number, and says which study has none', async () => {
  await storage.createTrial(record, { state: 'WAITING' });
  await history.refresh();
  expect(history.trial(0).state).toBe('WAITING');
  expect(() => history.trial(1)).toThrow("Study 'study' has no trial 1.");
});
