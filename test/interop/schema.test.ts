import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openStorage } from '../../src/storage/index.ts';
import { openSqlite } from '../support/open-sqlite.ts';
import optuna from './fixtures/optuna-schema.json' with { type: 'json' };
import { describeWithOptuna, runPython } from './optuna-python.ts';

type SchemaRow = readonly (string | null)[];

/** Tables and indices, with their SQL in one line. */
function normalized(schema: readonly SchemaRow[]): readonly SchemaRow[] {
  return schema.map((row) => row.map((text) => text?.replace(/\s+/g, ' ').replace(/ (?=[,)])|(?<=\() /g, '') ?? null));
}

it('our database has the tables, indices and versions of one that Optuna has made', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hpo-schema-'));
  const file = join(folder, 'ours.db');
  await (await openStorage(file, { create: true })).close();
  const db = openSqlite(file);
  const rows = (sql: string) => db.prepare<[], SchemaRow>(sql).raw().all();
  expect(normalized(rows('SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name'))).toEqual(
    normalized(optuna.schema),
  );
  expect(rows('SELECT * FROM version_info')).toEqual(optuna.version_info);
  expect(rows('SELECT * FROM alembic_version')).toEqual(optuna.alembic_version);
  db.close();
  await rm(folder, { recursive: true });
});

describeWithOptuna('the description of the schema', () => {
  it('is what Optuna makes', async () => {
    expect(await runPython('describe_schema.py')).toEqual(optuna);
  });
});
