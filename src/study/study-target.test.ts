import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryStorage } from '../storage/memory/memory-storage.ts';
import type { StudyRecord } from '../storage/storage.ts';
import { TARGET_KEY } from './study-keys.ts';
import { changeTarget, chooseTarget, storedTarget, targetFromNow } from './study-target.ts';

const none = { flag: undefined, declared: undefined, stored: undefined, isWorker: false };

describe('the target', () => {
  it.each([
    ['30 where nobody has named one', {}, 30, 'default'],
    ['that of the file of a new study', { declared: 12 }, 12, 'file'],
    ['that of the command line before all others', { flag: 5, declared: 12, stored: { trials: 7 } }, 5, 'flag'],
    ['the stored one, where the file is as it was', { declared: 12, stored: { trials: 7, declared: 12 } }, 7, 'study'],
    ['the stored one, where the file names none any more', { stored: { trials: 7, declared: 12 } }, 7, 'study'],
    ['that of the file, once it was changed there', { declared: 50, stored: { trials: 7, declared: 12 } }, 50, 'file'],
    ['that of the file, once it was added there', { declared: 50, stored: { trials: 7 } }, 50, 'file'],
    [
      'the stored one for a worker, whatever its file has',
      { declared: 50, stored: { trials: 7, declared: 12 }, isWorker: true },
      ...([7, 'study'] as const),
    ],
  ])('is %s', (_, sources, trials, from) => {
    expect(chooseTarget({ ...none, ...sources })).toEqual({ trials, from });
  });

  it('that a worker names anew is old where it was named before and another one stands', () => {
    const stored = { trials: 800, named: [500, 800] };
    const worker = { ...none, stored, isWorker: true };
    expect(chooseTarget({ ...worker, flag: 500 })).toEqual({ trials: 800, from: 'study' });
    expect(chooseTarget({ ...worker, flag: 800 })).toEqual({ trials: 800, from: 'flag' });
    expect(chooseTarget({ ...worker, flag: 900 })).toEqual({ trials: 900, from: 'flag' });
    expect(chooseTarget({ ...worker, flag: 500, isWorker: false })).toEqual({ trials: 500, from: 'flag' });
  });

  it.each([[30], ['30'], [{ trials: 0 }], [{ trials: 2.5 }], [{ declared: 3 }], [null], [[4]]])(
    'that cannot be read is none: %j',
    (stored) => {
      expect(storedTarget({ systemAttrs: { [TARGET_KEY]: stored } })).toBeUndefined();
    },
  );
});

describe('the target of a study in a storage', () => {
  let storage: MemoryStorage;
  let record: StudyRecord;
  beforeEach(async () => {
    storage = new MemoryStorage();
    record = await storage.createStudy({ name: 'study', directions: ['minimize'] });
  });

  const now = async () => (await storage.findStudy('study')) as StudyRecord;
  const sources = { flag: undefined, declared: 12, isWorker: false };

  it('is stored by the first run, and changed by a later command line and a later file', async () => {
    expect(await targetFromNow(storage, record, sources)).toEqual({ trials: 12, from: 'file', former: undefined });
    expect(storedTarget(await now())).toEqual({ trials: 12, declared: 12 });
    const flag = { ...sources, flag: 40 };
    expect(await targetFromNow(storage, await now(), flag)).toEqual({ trials: 40, from: 'flag', former: 12 });
    expect(await targetFromNow(storage, await now(), sources)).toEqual({
      trials: 40,
      from: 'study',
      former: undefined,
    });
    const changed = { ...sources, declared: 50 };
    const worker = { ...changed, isWorker: true };
    expect(await targetFromNow(storage, await now(), worker)).toEqual({ trials: 40, from: 'study', former: undefined });
    expect(storedTarget(await now())).toEqual({ trials: 40, declared: 12, named: [40] });
    expect(await targetFromNow(storage, await now(), changed)).toEqual({ trials: 50, from: 'file', former: 40 });
    expect(storedTarget(await now())).toEqual({ trials: 50, declared: 50, named: [40] });
  });

  it('of a command line outlives the next run with the same file', async () => {
    await targetFromNow(storage, record, sources);
    await targetFromNow(storage, await now(), { flag: 12, declared: 50, isWorker: false });
    expect(await targetFromNow(storage, await now(), { ...sources, declared: 50 })).toMatchObject({ trials: 12 });
  });

  it('that was changed since is not set back by a worker that is started again with its command line', async () => {
    const worker = { flag: 500, declared: 12, isWorker: true };
    await targetFromNow(storage, record, worker);
    const raised = { ...sources, flag: 800 };
    expect(await targetFromNow(storage, await now(), raised)).toMatchObject({ trials: 800, former: 500 });
    expect(await targetFromNow(storage, await now(), worker)).toEqual({
      trials: 800,
      from: 'study',
      former: undefined,
    });
    await changeTarget(storage, record, 900); // on a dashboard
    expect(await targetFromNow(storage, await now(), worker)).toMatchObject({ trials: 900 });
    expect(await targetFromNow(storage, await now(), { ...raised, flag: 500 })).toMatchObject({ trials: 500 });
    expect(storedTarget(await now())).toEqual({ trials: 500, declared: 12, named: [800, 500] });
  });

  it('is the one that stands, where two processes begin the study at once', async () => {
    await targetFromNow(storage, record, { ...sources, declared: 20 });
    const late = { ...sources, isWorker: true }; // and with a record from before
    expect(await targetFromNow(storage, record, late)).toEqual({ trials: 20, from: 'study', former: undefined });
    const named = { ...late, flag: 60 };
    expect(await targetFromNow(storage, record, named)).toEqual({ trials: 60, from: 'flag', former: 20 });
  });

  it('keeps what it knows of the file when a running study gets another one', async () => {
    await targetFromNow(storage, record, sources);
    await changeTarget(storage, record, 9);
    expect(storedTarget(await now())).toEqual({ trials: 9, declared: 12 });
  });
});
