import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { float } from '../../src/space/float-distribution.ts';
import { leaseOf, openStorage, type Storage, type StudyRecord } from '../../src/storage/index.ts';
import type { FrozenTrial } from '../../src/trial/frozen-trial.ts';
import { freshDatabase, hasPostgres, postgresNote } from '../support/postgres.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

// A coordinator that stands still as soon as it has asked for a lock, as one of hundreds that share a few processors:
// whatever it locks must be free again without it.

const HOLDER = { id: 'one', graceMs: 120_000, process: null };
const PARAM = { name: 'x', value: 0.5, distribution: float(0, 1) };
const FRESH = { ...PARAM, name: 'fresh' };

interface Subjects {
  readonly storage: Storage;
  readonly study: StudyRecord;
  /** A RUNNING trial under a lease. */
  readonly running: FrozenTrial;
}

const WRITES: Readonly<Record<string, (subjects: Subjects) => Promise<unknown>>> = {
  'startTrial of a new one': ({ storage, study }) => storage.startTrial(study, { holder: HOLDER, except: [2] }),
  'startTrial of one that waits': ({ storage, study }) => storage.startTrial(study, { holder: HOLDER }),
  'startTrial where there are enough': ({ storage, study }) =>
    storage.startTrial(study, { holder: HOLDER, except: [2], newBelow: 0 }),
  setTrialParams: ({ storage, study, running }) => storage.setTrialParams(leaseOf(study, running), [PARAM]),
  'setTrialParams of the first of their names': ({ storage, study, running }) =>
    storage.setTrialParams(leaseOf(study, running), [PARAM, FRESH]),
  setIntermediateValue: ({ storage, study, running }) => storage.setIntermediateValue(leaseOf(study, running), 3, 1),
  'setIntermediateValue with metrics': ({ storage, study, running }) =>
    storage.setIntermediateValue(leaseOf(study, running), 3, 0.5, { accuracy: 1 }),
  setTrialAttrs: ({ storage, study, running }) => storage.setTrialAttrs(leaseOf(study, running), 'user', { a: [1] }),
  finishTrial: async ({ storage, study, running }) => {
    await storage.changesSince(study); // which shows how many values it takes
    return storage.finishTrial(leaseOf(study, running), 'COMPLETE', [2]);
  },
  requeueTrial: ({ storage, study, running }) => storage.requeueTrial(leaseOf(study, running), { keepReportsTo: null }),
  renew: ({ storage, study, running }) => storage.renew([leaseOf(study, running)]),
  setStudyAttr: ({ storage, study }) => storage.setStudyAttr(study, 'user', 'a', 1),
  'setStudyAttr of one that is expected': ({ storage, study }) =>
    storage.setStudyAttr(study, 'system', 'right', 'mine', { expected: undefined }),
  'setStudyAttr that removes': ({ storage, study }) => storage.setStudyAttr(study, 'user', 'there', undefined),
};

describe.skipIf(!hasPostgres)(`a client that stands still behind a statement that locks${postgresNote}`, () => {
  it.each(Object.entries(WRITES))('holds no lock: %s', async (_, write) => {
    const url = await freshDatabase();
    const proxy = await TcpProxy.start(Number(new URL(url).port));
    // Unprepared statements are sent with their texts each time.
    const storage = await openStorage(`${proxy.through(url)}?prepare=false`, { create: true });
    const study = await storage.createStudy({ name: 'a', directions: ['minimize'], userAttrs: { there: 1 } });
    const running = (await storage.startTrial(study, { holder: HOLDER })) as FrozenTrial;
    await storage.setIntermediateValue(leaseOf(study, running), 1, 1, { accuracy: 0.5 });
    await storage.createTrial(study, { state: 'WAITING', params: [PARAM] });
    const watcher = new Client({ connectionString: url });
    await watcher.connect();
    const states = async () => {
      const sql = `SELECT state FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND state <> 'idle'`;
      return (await watcher.query<{ state: string }>(sql)).rows.map(({ state }) => state);
    };

    proxy.cut = { at: 'FOR NO KEY UPDATE', when: 'silent' };
    const writing = write({ storage, study, running });
    await expect.poll(() => proxy.held, { timeout: 30_000 }).toBeGreaterThan(0); // the answer
    expect(await states()).toEqual([]);

    await proxy.set('open');
    await writing;
    await watcher.end();
    await storage.close();
  });
});
