import { describe, expect, it } from 'vitest';
import { float } from '../../src/space/float-distribution.ts';
import { leaseOf, openStorage, type Storage, type StudyRecord } from '../../src/storage/index.ts';
import { parsePostgresUrl } from '../../src/storage/postgres/address/postgres-url.ts';
import { openPool } from '../../src/storage/postgres/connection.ts';
import { Transactions } from '../../src/storage/postgres/transactions.ts';
import { trialWrites } from '../../src/storage/postgres/trial-writes.ts';
import type { FrozenTrial } from '../../src/trial/frozen-trial.ts';
import { freshDatabase, hasPostgres, postgresNote, startServer } from '../support/postgres.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

// A connection that breaks at a commit: the server has committed or it has not, and each write is done once either way.

const HOLDER = { id: 'one', graceMs: 120_000, process: null };
const PARAM = { name: 'x', value: 0.5, distribution: float(0, 1) };
const KNOWN = { ...PARAM, name: 'known' };

/** Everything that a storage holds, as text. */
async function contentOf(storage: Storage): Promise<string> {
  const studies = await storage.listStudies();
  const trials = await Promise.all(
    studies.map(async (study) => (study.directions.length === 0 ? [] : (await storage.changesSince(study)).trials)),
  );
  const isRandom = new Set(['token', 'hpo:token', 'id', 'startedAt', 'completedAt', 'distributions']);
  return JSON.stringify({ studies, trials }, (key, value) =>
    isRandom.has(key) ? undefined : value instanceof Map ? [...value] : value,
  );
}

interface Subjects {
  readonly storage: Storage;
  readonly study: StudyRecord;
  /** A RUNNING trial under a lease; a second trial waits. */
  readonly running: FrozenTrial;
}

const WRITES: Readonly<Record<string, (subjects: Subjects) => Promise<unknown>>> = {
  createStudy: ({ storage }) => storage.createStudy({ name: 'b', directions: ['maximize'] }),
  renameStudy: ({ storage, study }) => storage.renameStudy(study, 'c'),
  deleteStudy: ({ storage, study }) => storage.deleteStudy(study),
  setStudyAttr: ({ storage, study }) => storage.setStudyAttr(study, 'system', 'right', 'mine', { expected: undefined }),
  createTrial: ({ storage, study }) => storage.createTrial(study, { state: 'COMPLETE', values: [1], params: [PARAM] }),
  'createTrialAfter two': ({ storage, study }) => storage.createTrialAfter(study, 2, { state: 'FAIL' }),
  'startTrial of one that waits': ({ storage, study }) => storage.startTrial(study, { holder: HOLDER }),
  'startTrial of a new one': ({ storage, study }) => storage.startTrial(study, { holder: HOLDER, except: [2] }),
  setTrialParams: ({ storage, study, running }) => storage.setTrialParams(leaseOf(study, running), [PARAM], { a: 1 }),
  'setTrialParams of those that are known': ({ storage, study, running }) =>
    storage.setTrialParams(leaseOf(study, running), [KNOWN], { a: 1 }),
  setIntermediateValue: ({ storage, study, running }) =>
    storage.setIntermediateValue(leaseOf(study, running), 3, Number.NaN),
  'setIntermediateValue with metrics': ({ storage, study, running }) =>
    storage.setIntermediateValue(leaseOf(study, running), 3, 0.5, { accuracy: 1 }),
  setTrialAttrs: ({ storage, study, running }) => storage.setTrialAttrs(leaseOf(study, running), 'user', { a: [1] }),
  finishTrial: ({ storage, study, running }) => storage.finishTrial(leaseOf(study, running), 'COMPLETE', [2]),
  requeueTrial: ({ storage, study, running }) => storage.requeueTrial(leaseOf(study, running), { keepReportsTo: null }),
  renew: ({ storage, study, running }) => storage.renew([leaseOf(study, running)]),
  eraseTrial: ({ storage, study }) => storage.eraseTrial(study, 0, { erased: true }),
};

/** A storage with the subjects of the writes. */
async function prepare(url: string): Promise<Subjects> {
  const storage = await openStorage(url, { create: true });
  const study = await storage.createStudy({ name: 'a', directions: ['minimize'] });
  const running = (await storage.startTrial(study, { holder: HOLDER })) as FrozenTrial;
  await storage.setIntermediateValue(leaseOf(study, running), 1, 1);
  await storage.createTrial(study, { state: 'WAITING', params: [KNOWN] });
  return { storage, study, running };
}

const comparable = (result: unknown) =>
  JSON.stringify(result, (key, value) =>
    /^(token|hpo:token|id|startedAt|completedAt)$/.test(key) ? undefined : value,
  );

describe.skipIf(!hasPostgres)(`a write whose connection breaks at its commit${postgresNote}`, () => {
  it.each(Object.entries(WRITES))('%s is done once', { timeout: 120_000 }, async (_, write) => {
    const expected = await (async () => {
      const subjects = await prepare(await freshDatabase());
      const result = comparable(await write(subjects));
      const content = await contentOf(subjects.storage);
      await subjects.storage.close();
      return { result, content };
    })();
    for (const when of ['before', 'after'] as const) {
      const url = await freshDatabase();
      const proxy = await TcpProxy.start(Number(new URL(url).port));
      const subjects = await prepare(proxy.through(url));
      proxy.cut = { at: 'COMMIT', when };
      const result = comparable(await write(subjects));
      expect(proxy.cut).toBeUndefined();
      const content = await contentOf(subjects.storage);
      await subjects.storage.close();
      expect({ when, result, content }).toEqual({ when, ...expected });
    }
  });
});

/** Writes, each with another one of the same kind that follows. */
const OVERTAKEN: Readonly<Record<string, (subjects: Subjects, value: string) => Promise<unknown>>> = {
  setStudyAttr: ({ storage, study }, value) => storage.setStudyAttr(study, 'user', 'a', value),
  setTrialAttrs: ({ storage, study, running }, value) =>
    storage.setTrialAttrs(leaseOf(study, running), 'user', { a: value }),
  'startTrial of a new one': ({ storage, study }) => storage.startTrial(study, { holder: HOLDER, except: [2] }),
  'startTrial of one that waits': ({ storage, study }, value) =>
    storage.startTrial(study, { holder: HOLDER, except: value === 'second' ? [2] : [] }),
  setIntermediateValue: ({ storage, study, running }, value) =>
    storage.setIntermediateValue(leaseOf(study, running), value === 'second' ? 4 : 3, 1, { accuracy: 1 }),
  renew: ({ storage, study, running }) => storage.renew([leaseOf(study, running)]),
};

describe.skipIf(!hasPostgres)(`a write that reaches the server when it was sent again long ago${postgresNote}`, () => {
  it.each(Object.entries(OVERTAKEN))('%s is done once', { timeout: 120_000 }, async (_, write) => {
    const url = await freshDatabase();
    const proxy = await TcpProxy.start(Number(new URL(url).port));
    // Unprepared statements are sent with their texts each time.
    const subjects = await prepare(`${proxy.through(url)}?prepare=false`);
    proxy.cut = { at: 'FOR NO KEY UPDATE', when: 'kept' };
    await write(subjects, 'first');
    await write(subjects, 'second');
    const content = await contentOf(subjects.storage);
    expect(await proxy.deliver()).toContain('COMMIT');
    expect(await contentOf(subjects.storage)).toBe(content);
    await subjects.storage.close();
  });
});

describe.skipIf(!hasPostgres)(`a write whose server crashes before its commit${postgresNote}`, () => {
  it('is done again, even if its number is given to another write to the same trial', {
    timeout: 120_000,
  }, async () => {
    const server = await startServer({ durable: true, settings: { wal_writer_delay: '10s', autovacuum: 'off' } });
    const { storage, study, running } = await prepare(server.url());
    await storage.close();
    const address = parsePostgresUrl(server.url());
    const transactions = new Transactions({ pool: await openPool(address), label: 'crashing', prepares: true });
    await transactions.write((session) => trialWrites.lock(session, running.id)); // a server that was there is waited for
    let tries = 0;
    await transactions.write(async (session) => {
      await trialWrites.lock(session, running.id);
      trialWrites.attrs(session, running.id, 'user', { mine: true });
      if (tries++ > 0) return;
      const number = Number(session.transactionId);
      await server.stop('immediate');
      await server.start();
      for (let given = 0; given < number; ) {
        const [row] = await server.query(
          `UPDATE trial_system_attributes SET value_json = value_json WHERE trial_id = ${running.id}
           RETURNING txid_current()::int AS given`,
        );
        given = (row as { readonly given: number }).given;
      }
    });
    await transactions.close();
    const again = await openStorage(server.url(), { create: false });
    expect((await again.trial(study, running.number))?.userAttrs).toEqual({ mine: true });
    await again.close();
  });
});
