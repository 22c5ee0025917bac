import { expect, it } from 'vitest';
import { createStudy, float, random, type Study, space } from '../../index.ts';
import { leaseOf } from '../../storage/lease.ts';
import { MemoryStorage } from '../../storage/memory/memory-storage.ts';
import type { StudyRecord } from '../../storage/storage.ts';
import type { RunEvent } from '../../study/run-event.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { WaitingNotice } from './waiting-notice.ts';

it('names the trials of other processes that a run waits for, once until it has work again', async () => {
  const storage = new MemoryStorage();
  const options = { name: 'study', space: space({ x: float(0, 1) }), storage, sampler: random(), seed: 1 };
  const study = await createStudy(options);
  const record = (await storage.findStudy('study')) as StudyRecord;
  const start = (id: string) => storage.startTrial(record, { holder: { id, graceMs: 60_000, process: null } });
  const events: RunEvent[] = [];
  const notice = new WaitingNotice(study as unknown as Study, (event) => void events.push(event));

  notice.give(); // the trials of others have just ended
  expect(events).toEqual([]);
  await study.ask();
  const theirs = [await start('ada'), await start('eve')];
  await study.trials();
  notice.give();
  notice.give();
  const waiting = [
    { trial: 1, by: 'the holder ada' },
    { trial: 2, by: 'the holder eve' },
  ];
  expect(events).toEqual([{ type: 'waiting', trials: waiting }]);

  await storage.finishTrial(leaseOf(record, theirs[0] as FrozenTrial), 'FAIL', null);
  await study.trials();
  notice.withdraw();
  notice.give();
  expect(events.slice(1)).toEqual([{ type: 'waiting', trials: waiting.slice(1) }]);
  await study.close();
});
