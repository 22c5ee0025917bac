import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqlite } from '../../test/support/open-sqlite.ts';
import { HpoError } from '../base/errors.ts';
import { openStorage } from './open-storage.ts';

let folder: string;
const before = process.cwd();
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'hpo-open-')));
  process.chdir(folder);
});
afterEach(async () => {
  process.chdir(before);
  await rm(folder, { recursive: true });
});

/**
 * The code and the message of the error with which a storage refuses to open; the test's folder is written as FOLDER.
 */
async function refusal(url: string, create = true): Promise<string> {
  const error = await openStorage(url, { create }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(HpoError.is(error)).toBe(true);
  const { code, message } = error as HpoError;
  return `${code} ${message}`.replaceAll(folder, 'FOLDER');
}

const make = (file: string, sql: string) => openSqlite(file).exec(sql).close();

describe('the URL', () => {
  it.each([
    ['sqlite:///a.db', 'sqlite:///a.db', 'a.db'],
    ['a.db', 'sqlite:///a.db', 'a.db'],
    ['./sub/../a.db', 'sqlite:///./sub/../a.db', 'a.db'],
    ["it's a #1 file 🎉%20.db", "sqlite:///it's a #1 file 🎉%20.db", "it's a #1 file 🎉%20.db"],
  ])('%s names a file in the working directory', async (url, shown, file) => {
    const storage = await openStorage(url, { create: true });
    expect(storage.label).toBe(shown);
    process.chdir('/');
    await storage.createStudy({ name: 'a', directions: ['minimize'] });
    process.chdir(folder);
    await storage.close();
    expect(await readdir('.')).toEqual([file]);
    const again = await openStorage(shown, { create: false });
    expect(await again.listStudies()).toHaveLength(1);
    await again.close();
  });

  it.each(['', 'sqlite:///'])('%sFOLDER/a.db names an absolute file', async (start) => {
    const storage = await openStorage(`${start}${folder}/a.db`, { create: true });
    expect(storage.label).toBe(`sqlite:///${folder}/a.db`);
    await storage.close();
  });

  it('memory: names an empty storage of its own', async () => {
    const storage = await openStorage('memory:', { create: false });
    await storage.createStudy({ name: 'a', directions: ['minimize'] });
    expect(await (await openStorage('memory:', { create: true })).listStudies()).toEqual([]);
    expect(await readdir('.')).toEqual([]);
  });

  it('of other kinds is refused, without showing its password', async () => {
    const urls = ['mysql+pymysql://me:secret@host/db', 'sqlite://', 'sqlite:a.db', 'sqlite:///', ''];
    expect(
      await Promise.all([...urls, 'sqlite:///:memory:', 'sqlite:///a.db?timeout=1'].map((url) => refusal(url))),
    ).toMatchInlineSnapshot(`
      [
        "HPO_INVALID_ARGUMENT Storage of the kind mysql+pymysql: is not supported; use sqlite:///file.db, postgresql://host/database or memory:.",
        "HPO_INVALID_ARGUMENT sqlite:// does not name a file; use sqlite:///file.db, postgresql://host/database or memory:.",
        "HPO_INVALID_ARGUMENT sqlite:a.db does not name a file; use sqlite:///file.db, postgresql://host/database or memory:.",
        "HPO_INVALID_ARGUMENT "sqlite:///" does not name a file; use sqlite:///file.db, postgresql://host/database or memory:.",
        "HPO_INVALID_ARGUMENT "" does not name a file; use sqlite:///file.db, postgresql://host/database or memory:.",
        "HPO_INVALID_ARGUMENT "sqlite:///:memory:" does not name a file; use sqlite:///file.db, postgresql://host/database or memory:.",
        "HPO_INVALID_ARGUMENT "sqlite:///a.db?timeout=1" holds a character that Optuna's URLs cannot have in a path.",
      ]
    `);
    expect(await readdir('.')).toEqual([]);
  });
});

describe('the file of a storage', () => {
  it('is never made by a reader where it is missing', async () => {
    await writeFile('empty.db', '');
    make('no-tables.db', 'PRAGMA user_version = 1');
    expect([
      await refusal('missing.db', false),
      await refusal('empty.db', false),
      await refusal('no-tables.db', false),
      await refusal('no/folder/a.db', false),
    ]).toMatchInlineSnapshot(`
      [
        "HPO_STORAGE There is no database at sqlite:///missing.db; the first run of a study makes it.",
        "HPO_STORAGE sqlite:///empty.db is empty; no study was ever stored in it.",
        "HPO_STORAGE sqlite:///no-tables.db is empty; no study was ever stored in it.",
        "HPO_STORAGE sqlite:///no/folder/a.db cannot be opened: there is no folder FOLDER/no/folder; make it first.",
      ]
    `);
    expect((await stat('empty.db')).size).toBe(0);
    expect(await readdir('.')).toEqual(['empty.db', 'no-tables.db']);
  });

  it('is refused where it is not a database of studies', async () => {
    await mkdir('folder.db');
    await writeFile('text.db', 'This is a text, and no database at all. '.repeat(200));
    make('other.db', 'CREATE TABLE customers (id INTEGER)');
    make('studies.db', 'CREATE TABLE studies (id INTEGER)');
    const bytes = await Promise.all(['text.db', 'other.db', 'studies.db'].map((file) => readFile(file)));
    expect([
      await refusal('folder.db'),
      await refusal('text.db'),
      await refusal('other.db'),
      await refusal('studies.db'),
      await refusal(`sqlite:///${folder}/no/folder/a.db`),
    ]).toMatchInlineSnapshot(`
      [
        "HPO_STORAGE sqlite:///folder.db cannot be opened: FOLDER/folder.db is not a file.",
        "HPO_STORAGE sqlite:///text.db is not an SQLite database; name another file.",
        "HPO_STORAGE sqlite:///other.db is a database of something else (it has no table of studies); name another file.",
        "HPO_STORAGE sqlite:///studies.db is a database of something else (it has no table of studies); name another file.",
        "HPO_STORAGE sqlite:///FOLDER/no/folder/a.db cannot be opened: there is no folder FOLDER/no/folder; make it first.",
      ]
    `);
    expect(await Promise.all(['text.db', 'other.db', 'studies.db'].map((file) => readFile(file)))).toEqual(bytes);
  });

  it('is refused where it has another schema', async () => {
    const withRevision = async (file: string, sql: string) => {
      await (await openStorage(file, { create: true })).close();
      make(file, sql);
      return refusal(file);
    };
    expect([
      await withRevision('old.db', "UPDATE alembic_version SET version_num = 'v3.0.0.d'"),
      await withRevision('new.db', "UPDATE alembic_version SET version_num = 'v6.0.0.a'"),
      await withRevision('none.db', 'DELETE FROM alembic_version'),
      await withRevision('half.db', 'DROP TABLE trial_heartbeats'),
    ]).toMatchInlineSnapshot(`
      [
        "HPO_STORAGE sqlite:///old.db has schema v3.0.0.d, and hpo needs v3.2.0.a; run: optuna storage upgrade --storage 'sqlite:///old.db'",
        "HPO_STORAGE sqlite:///new.db has schema v6.0.0.a of a newer Optuna, and hpo knows v3.2.0.a; update hpo.",
        "HPO_STORAGE sqlite:///none.db has schema of an unknown version, and hpo needs v3.2.0.a; run: optuna storage upgrade --storage 'sqlite:///none.db'",
        "HPO_STORAGE sqlite:///half.db has no table trial_heartbeats, and hpo needs v3.2.0.a; run: optuna storage upgrade --storage 'sqlite:///half.db'",
      ]
    `);
  });

  it('is made a database where it is missing or empty', async () => {
    await writeFile('empty.db', '');
    make('no-tables.db', 'PRAGMA user_version = 1');
    for (const file of ['missing.db', 'empty.db', 'no-tables.db']) {
      const storage = await openStorage(file, { create: true });
      expect(await storage.listStudies()).toEqual([]);
      await storage.close();
    }
  });
});
