import { Client } from 'pg';
import { expect, it } from 'vitest';
import { leaseOf, openStorage, type Storage, type StudyRecord } from '../../src/storage/index.ts';
import type { FrozenTrial } from '../../src/trial/frozen-trial.ts';
import { freshDatabase, hasPostgres } from '../support/postgres.ts';
import { describeByOptuna, describeStorage } from './description.ts';
import { describeWithOptuna, runPython } from './optuna-python.ts';
import { SAMPLE_TRIALS } from './sample-trials.ts';

/** The URL of a database, with the driver that is installed beside Optuna. */
const forOptuna = (url: string) => url.replace('postgresql:', 'postgresql+psycopg:');

async function withStorage<T>(url: string, use: (storage: Storage) => Promise<T>): Promise<T> {
  const storage = await openStorage(url, { create: true });
  try {
    return await use(storage);
  } finally {
    await storage.close();
  }
}

/** All that the server's catalogue says of the tables, their keys and their types. */
async function catalogue(url: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const queries = [
    `SELECT table_name, ordinal_position, column_name, udt_name, character_maximum_length, is_nullable, column_default
     FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position`,
    `SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname`,
    `SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
     WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2`,
    `SELECT typname, enumlabel, enumsortorder FROM pg_enum JOIN pg_type ON pg_type.oid = enumtypid ORDER BY 1, 3`,
    `SELECT sequencename, data_type, start_value, increment_by FROM pg_sequences ORDER BY 1`,
    'SELECT * FROM version_info',
    'SELECT * FROM alembic_version',
  ];
  const found: unknown[] = [];
  for (const query of queries) found.push((await client.query({ text: query, rowMode: 'array' })).rows);
  await client.end();
  return found;
}

describeWithOptuna('a PostgreSQL database', () => {
  it.skipIf(!hasPostgres)('has the tables, keys and types of one that Optuna has made', async () => {
    const [ours, theirs] = [await freshDatabase(), await freshDatabase()];
    await withStorage(ours, async () => {});
    await runPython('describe_storage.py', forOptuna(theirs));
    expect(await catalogue(ours)).toEqual(await catalogue(theirs));
  });

  it.skipIf(!hasPostgres)('of ours shows Optuna all that it shows us', async () => {
    const url = await freshDatabase();
    const described = await withStorage(url, async (storage) => {
      const study = await storage.createStudy({ name: 'it\'s "ours" 🎉', directions: ['minimize'] });
      for (const template of SAMPLE_TRIALS) await storage.createTrial(study, template);
      const several = await storage.createStudy({ name: 'several', directions: ['minimize', 'maximize'] });
      await storage.createTrial(several, { state: 'COMPLETE', values: [1, Number.NEGATIVE_INFINITY] });
      return describeStorage(storage);
    });
    const { studies, best } = await describeByOptuna(forOptuna(url));
    expect(studies).toEqual(described);
    expect(best).toEqual([[0], [0]]);
  });

  it.skipIf(!hasPostgres)("of Optuna's shows us all that it shows Optuna, and is continued by both", async () => {
    const url = await freshDatabase();
    await runPython('make_study.py', forOptuna(url), 'theirs');
    await withStorage(url, async (storage) => {
      expect(await describeStorage(storage)).toEqual((await describeByOptuna(forOptuna(url))).studies);
      const study = (await storage.findStudy('theirs')) as StudyRecord;
      const { trials, cursor } = await storage.changesSince(study);
      const holder = { id: 'us', graceMs: 120_000, process: null };
      const waiting = (await storage.startTrial(study, { holder })) as FrozenTrial;
      expect(waiting.number).toBe(trials.find(({ state }) => state === 'WAITING')?.number);
      await storage.finishTrial(leaseOf(study, waiting), 'PRUNED', null);
      expect(await runPython('add_trials.py', forOptuna(url), 'theirs')).toEqual(
        [0, 1, 2, 3].map((n) => trials.length + n),
      );
      const next = (await storage.startTrial(study, { holder })) as FrozenTrial;
      expect(next.number).toBe(trials.length + 4);
      await storage.finishTrial(leaseOf(study, next), 'FAIL', null);
      const seen = await storage.changesSince(study, cursor);
      expect(seen.trials.map(({ number }) => number)).toEqual([
        waiting.number,
        ...[0, 1, 2, 3, 4].map((n) => trials.length + n),
      ]);
      expect(await describeStorage(storage)).toEqual((await describeByOptuna(forOptuna(url))).studies);
    });
  });
});
