import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openSqlite } from '../../test/support/open-sqlite.ts';
import { refusal } from '../../test/support/refusal.ts';
import { tempFolder } from '../../test/support/temp-folder.ts';
import { withDatabase } from '../../test/support/with-database.ts';
import { backupStorage } from './backup-storage.ts';
import { datedName } from './dated-name.ts';
import { openStorage } from './open-storage.ts';
import type { Storage, StudyRecord } from './storage.ts';

let folder: string;
let file: string;
let storage: Storage;
let study: StudyRecord;
beforeEach(async () => {
  folder = tempFolder();
  file = join(folder, 'hpo.db');
  storage = await openStorage(file, { create: true });
  onTestFinished(() => storage.close());
  study = await storage.createStudy({ name: 'a', directions: ['minimize'] });
  await addTrial();
});

const addTrial = () => storage.createTrial(study, { state: 'COMPLETE', values: [1] });
const trialsIn = (path: string) =>
  withDatabase(path, (db) => db.prepare('SELECT COUNT(*) FROM trials').pluck().get() as number);
const refused = async (promise: Promise<unknown>) => (await refusal(promise)).replaceAll(folder, 'FOLDER');

describe('the backup of a database', () => {
  it('holds what is committed while another program is in the middle of a write', async () => {
    const other = openSqlite(file);
    other.exec("BEGIN IMMEDIATE; INSERT INTO trials (study_id, number, state) VALUES (1, 1, 'FAIL')");
    const to = join(folder, 'copy.db');
    expect(await backupStorage({ storage: file, to })).toEqual({ file: to, storageLabel: `sqlite:///${file}` });
    other.exec('COMMIT');
    other.close();
    await addTrial();
    expect([trialsIn(to), trialsIn(file)]).toEqual([1, 3]);
    expect(readdirSync(folder).filter((name) => !name.startsWith('hpo.db'))).toEqual(['copy.db']);
    expect(withDatabase(to, (db) => db.pragma('journal_mode', { simple: true }))).toBe('wal'); // as the database
  });

  it('stands beside the database with the time in its name, unless it is named', async () => {
    const { file: made } = await backupStorage({ storage: file });
    expect(made.replace(folder, 'FOLDER')).toMatch(/^FOLDER\/hpo-\d{8}-\d{6}\.db$/);
    expect(trialsIn(made)).toBe(1);
    const time = new Date('2026-11-27T11:45:07.9Z');
    expect(datedName('/a.b/hpo', '', time)).toBe('/a.b/hpo-20261127-114507');
    expect(datedName('/a.b/hpo.v2.db', 'before-repair-', time)).toBe('/a.b/hpo.v2-before-repair-20261127-114507.db');
  });

  it('replaces a file only where it is to, and never one that a program uses', async () => {
    const to = join(folder, 'copy.db');
    writeFileSync(to, 'mine');
    const there = 'HPO_INVALID_ARGUMENT The copy FOLDER/copy.db cannot be written: ';
    const isThere = `${there}it is there already; give another name, or --force.`;
    expect(await refused(backupStorage({ storage: file, to }))).toBe(isThere);
    expect(readFileSync(to, 'utf8')).toBe('mine');
    await backupStorage({ storage: file, to, overwrite: true });
    expect(trialsIn(to)).toBe(1);
    const user = openSqlite(to); // its log would be taken for a part of the copy
    user.exec("INSERT INTO studies (study_name) VALUES ('new')");
    expect(await refused(backupStorage({ storage: file, to, overwrite: true }))).toBe(
      `${there}copy.db-wal shows that a program uses it.`,
    );
    user.close();
  });

  it.each([
    ['memory:', 'HPO_INVALID_ARGUMENT Storage of the kind memory: is kept in no file.'],
    [
      'postgresql+psycopg://me:secret@host/db?prepare=false&sslmode=require',
      "HPO_INVALID_ARGUMENT hpo backup copies SQLite files; PostgreSQL has a program of its own for it: pg_dump --format=custom --file=hpo.dump 'postgresql://me@host/db?sslmode=require' (pg_restore reads it back).",
    ],
    [
      'FOLDER/none.db',
      'HPO_STORAGE There is no database at sqlite:///FOLDER/none.db; the first run of a study makes it.',
    ],
  ])('is refused for %s', async (url, message) => {
    expect(await refused(backupStorage({ storage: url.replace('FOLDER', folder) }))).toBe(message);
  });

  it('is refused where its folder is missing, or is no folder', async () => {
    const start = 'HPO_INVALID_ARGUMENT The copy FOLDER/';
    expect(await refused(backupStorage({ storage: file, to: join(folder, 'none/copy.db') }))).toBe(
      `${start}none/copy.db cannot be written: there is no folder FOLDER/none; make it first.`,
    );
    mkdirSync(join(folder, 'made'));
    expect(await refused(backupStorage({ storage: file, to: join(folder, 'made'), overwrite: true }))).toBe(
      `${start}made cannot be written: it is a folder.`,
    );
    expect(readdirSync(folder).filter((name) => name.includes('.tmp'))).toEqual([]);
  });
});
