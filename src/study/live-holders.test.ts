import { beforeEach, expect, it } from 'vitest';
import { formatIdentity, thisProcess } from '../machine/process-identity.ts';
import { MemoryStorage } from '../storage/memory/memory-storage.ts';
import type { StudyRecord } from '../storage/storage.ts';
import { liveHolders } from './live-holders.ts';
import { CONCLUSION_KEY } from './study-keys.ts';

const self = thisProcess();
const HERE = formatIdentity(self);
const GONE = formatIdentity({ ...self, started: '1' });
const ELSEWHERE = formatIdentity({ ...self, host: 'ada', boot: 'another', pid: 4711 });

let storage: MemoryStorage;
let record: StudyRecord;
beforeEach(async () => {
  storage = new MemoryStorage();
  record = await storage.createStudy({ name: 'study', directions: ['minimize'] });
});

const start = (id: string, process: string | null) =>
  storage.startTrial(record, { holder: { id, graceMs: 60_000, process } });

async function conclude(process: string): Promise<StudyRecord | undefined> {
  await storage.setStudyAttr(record, 'system', CONCLUSION_KEY, { holder: 'c', counter: 0, graceMs: 60_000, process });
  return storage.findStudy('study');
}

it('names each process that runs trials once, and none that is dead', async () => {
  expect(await liveHolders(storage, record)).toEqual([]);
  await start('a', HERE);
  await start('a', HERE);
  await start('b', GONE);
  await start('c', ELSEWHERE);
  await start('d', null);
  const names = [`process ${self.pid} on ${self.host}`, 'process 4711 on ada', 'the holder d'];
  expect(await liveHolders(storage, record)).toEqual(names);
});

it('names the process that concludes the study, though it runs no trial', async () => {
  const concluded = await conclude(ELSEWHERE);
  expect(concluded && (await liveHolders(storage, concluded))).toEqual(['process 4711 on ada']);
  const left = await conclude(GONE);
  expect(left && (await liveHolders(storage, left))).toEqual([]);
});

it('names nobody for trials that are finished, or that no coordinator holds', async () => {
  const trial = await start('a', HERE);
  const attempt = { study: record, trialId: trial?.id ?? -1, holder: 'a', attempt: 1 };
  await storage.finishTrial(attempt, 'COMPLETE', [1]);
  await storage.startTrial(record, { holder: null });
  expect(await liveHolders(storage, record)).toEqual([]);
});
