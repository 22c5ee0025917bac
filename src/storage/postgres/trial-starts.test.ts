import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freshDatabase, hasPostgres, postgresNote } from '../../../test/support/postgres.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { openStorage } from '../open-storage.ts';
import type { Storage, StudyRecord } from '../storage.ts';

const HOLDER = { id: 'one', graceMs: 60_000, process: null };

describe.skipIf(!hasPostgres)(`a waiting trial that Optuna takes at the same moment${postgresNote}`, () => {
  let storage: Storage;
  let study: StudyRecord;
  let trials: readonly FrozenTrial[];
  /** A process of Optuna, and somebody who watches the server. */
  let [optuna, watcher]: Client[] = [];
  beforeEach(async () => {
    const url = await freshDatabase();
    storage = await openStorage(url, { create: true });
    study = await storage.createStudy({ name: 'a', directions: ['minimize'] });
    trials = [];
    for (let n = 0; n < 2; n++) trials = [...trials, await storage.createTrial(study, { state: 'WAITING' })];
    [optuna, watcher] = [0, 1].map(() => new Client({ connectionString: url }));
    for (const client of [optuna, watcher]) await client?.connect();
  });
  afterEach(async () => {
    for (const client of [optuna, watcher]) await client?.end();
    await storage.close();
  });

  /** Has Optuna take the first trial while a start of hpo's waits for the trial's lock. @returns that start. */
  async function startMeanwhile(which: { readonly trialId?: number }): Promise<FrozenTrial | undefined> {
    await optuna?.query('BEGIN');
    await optuna?.query("UPDATE trials SET state = 'RUNNING', datetime_start = now() WHERE trial_id = $1", [
      trials[0]?.id,
    ]);
    const started = storage.startTrial(study, { holder: HOLDER, ...which });
    const waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    await expect.poll(async () => (await watcher?.query(waiting))?.rowCount, { timeout: 30_000 }).toBe(1);
    await optuna?.query('COMMIT');
    return started;
  }

  it('is left to it, and the next one starts', async () => {
    expect((await startMeanwhile({}))?.id).toBe(trials[1]?.id);
    expect((await storage.trial(study, 0))?.systemAttrs).toEqual({});
  });

  it('is not started where it is the one that was wanted', async () => {
    expect(await startMeanwhile({ trialId: trials[0]?.id as number })).toBeUndefined();
    expect(await storage.counts(study)).toMatchObject({ WAITING: 1, RUNNING: 1 });
  });
});
