import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { HpoError } from '../../../src/base/errors.ts';
import type { Rng } from '../../../src/base/rng.ts';
import { loadStudy, random } from '../../../src/index.ts';
import { openStorage } from '../../../src/storage/index.ts';
import type { FrozenTrial } from '../../../src/trial/frozen-trial.ts';
import { Fuzz, oneOf, spoiltText } from '../../support/fuzz.ts';
import { makeGoodDatabase, setValue, spoilt, tablesOf, VALUES } from '../../support/hostile-databases.ts';
import { openSqlite } from '../../support/open-sqlite.ts';
import { scaled } from '../../support/sweep-size.ts';
import { memoryFolder } from '../../support/temp-folder.ts';
import { conclude } from './conclude.ts';

const HOUR = 3_600_000;

/** Reads all that there is to read of a database. @returns the trials of each study that could be read. */
async function readAll(file: string): Promise<ReadonlyMap<string, readonly FrozenTrial[]>> {
  const storage = await openStorage(file, { create: false });
  try {
    const studies = new Map<string, readonly FrozenTrial[]>();
    for (const study of await storage.listStudies()) {
      const { trials } = await storage.changesSince(study);
      studies.set(study.name, trials);
      await storage.counts(study);
      await storage.bestTrials(study, 3);
      await storage.page(study, { limit: 5 });
      await storage.page(study, { order: { by: 'value', objective: 0 }, limit: 5 });
      await storage.inventory(study);
      await storage.results(study);
      await storage.leases(study);
      await storage.trial(study, 3);
    }
    return studies;
  } finally {
    await storage.close();
  }
}

/** Goes on with a study: reads it through the history, takes back what can be, and runs a trial. */
async function goOn(file: string): Promise<void> {
  const study = await loadStudy({ name: 'good', storage: file, sampler: random() });
  study.onUnused(() => undefined); // else it warns
  try {
    await study.bestTrials();
    const trial = await study.ask();
    await trial.report(1, 0);
    await trial.shouldPrune();
    await study.tell(trial, 1);
  } finally {
    await study.close();
  }
}

/** A value for a column: one of a list, or the value of its row, changed. */
function hostileValue(file: string, table: string, column: string, at: number, rng: Rng): unknown {
  if (rng.integer(3) === 0) return oneOf(rng, Object.values(VALUES));
  const db = openSqlite(file, { readonly: true });
  try {
    const values = db.prepare<[], unknown>(`SELECT "${column}" FROM ${table}`).pluck().all();
    const value = values.length === 0 ? null : values[at % values.length];
    if (typeof value === 'number' && rng.integer(2) === 0) return value + rng.integer(5) - 2;
    return spoiltText(String(value), rng);
  } finally {
    db.close();
  }
}

const keyOf = ({ id, ...trial }: FrozenTrial) =>
  JSON.stringify({ ...trial, intermediateValues: [...trial.intermediateValues] });

it('fuzzing each column of each table', { timeout: HOUR }, async () => {
  const [good, file] = [join(memoryFolder(), 'good.db'), join(memoryFolder(), 'hpo.db')];
  await makeGoodDatabase(good);
  const before = await readAll(good);
  const columns = tablesOf(good).flatMap(({ table, columns: names }) => names.map((column) => ({ table, column })));
  const fuzz = new Fuzz('columns of tables');
  const cases = Math.max(scaled(5_000), 2 * columns.length);
  await fuzz.run(cases, async (rng, number) => {
    const { table, column } = columns[number % columns.length] as (typeof columns)[number];
    const at = rng.integer(1000);
    const value = hostileValue(good, table, column, at, rng);
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true });
    if (!spoilt(good, file, (db) => setValue(db, table, column, value, at))) return undefined; // SQLite refuses
    const where = `${table}.${column} = ${String(value).slice(0, 100)}`;
    let refusal: unknown;
    const catching = async (read: () => Promise<string | undefined>) => {
      try {
        return await read();
      } catch (error) {
        if (!HpoError.is(error)) return `${where}: ${(error as Error).stack}`;
        refusal = error;
        return undefined;
      }
    };
    const fault =
      (await catching(async () => {
        const after = await readAll(file);
        // One row is spoilt, so that at most its own trial, or two of exchanged ids, may read otherwise.
        for (const [name, trials] of table.startsWith('trial') ? before : []) {
          const known = new Set((after.get(name) ?? []).map(keyOf));
          const missing = trials.filter((trial) => !known.has(keyOf(trial))).length;
          const most = column.endsWith('_id') || column === 'number' ? trials.length : 1;
          if (after.has(name) && missing > most) return `${where}: ${missing} trials read otherwise`;
        }
        return undefined;
      })) ?? (await catching(() => goOn(file).then(() => undefined)));
    if (fault === undefined && refusal !== undefined) throw refusal;
    return fault;
  });
  copyFileSync(good, file);
  expect(columns.length).toBeGreaterThan(30);
  conclude(fuzz);
});
