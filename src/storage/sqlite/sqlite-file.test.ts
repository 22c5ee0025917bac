import { chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqlite } from '../../../test/support/open-sqlite.ts';
import { refusal } from '../../../test/support/refusal.ts';
import { withDatabase } from '../../../test/support/with-database.ts';
import { leaseOf } from '../lease.ts';
import { openStorage } from '../open-storage.ts';
import type { Storage, StudyRecord } from '../storage.ts';
import { storageError } from './sqlite-error.ts';
import { SqliteStorage } from './sqlite-storage.ts';

let folder: string;
let file: string;
let storage: Storage;
let study: StudyRecord;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hpo-sqlite-'));
  file = join(folder, 'studies.db');
  storage = await openStorage(file, { create: true });
  study = await storage.createStudy({ name: 'a', directions: ['minimize'] });
});
afterEach(async () => {
  await storage.close();
  await rm(folder, { recursive: true });
});

/** The refusal of a promise as {@link refusal} shows it; the test's folder is written as FOLDER. */
async function refused(promise: Promise<unknown>): Promise<string> {
  return (await refusal(promise)).replaceAll(folder, 'FOLDER');
}

describe('the file', () => {
  it('has a write-ahead log if we have made it', () => {
    expect(withDatabase(file, (db) => db.pragma('journal_mode', { simple: true }))).toBe('wal');
  });

  it('is one file again once all programs have closed it', async () => {
    await storage.createTrial(study, { state: 'FAIL' });
    await storage.close();
    expect(await readdir(folder)).toEqual(['studies.db']);
  });

  it('keeps its bytes, its times and its rollback journal while it is only read', async () => {
    for (let n = 0; n < 20; n++) {
      await storage.createTrial(study, { state: 'COMPLETE', values: [n], userAttrs: { n } });
    }
    await storage.close();
    withDatabase(file, (db) => db.pragma('journal_mode = DELETE'));
    const before = { bytes: await readFile(file), mtimeMs: (await stat(file)).mtimeMs };

    for (const create of [false, true]) {
      const reader = await openStorage(file, { create });
      expect(await reader.listStudies()).toHaveLength(1);
      const { trials, cursor } = await reader.changesSince(study);
      expect(trials).toHaveLength(20);
      await reader.changesSince(study, cursor);
      expect(await reader.startTrial(study, { holder: null, atMost: 20 })).toBeUndefined();
      expect(await readdir(folder)).toEqual(['studies.db']);
      await reader.close();
    }
    expect({ bytes: await readFile(file), mtimeMs: (await stat(file)).mtimeMs }).toEqual(before);

    const writer = await openStorage(file, { create: true });
    expect((await writer.createTrial(study, { state: 'FAIL' })).number).toBe(20);
    await writer.close();
    expect(withDatabase(file, (db) => db.pragma('journal_mode', { simple: true }))).toBe('delete');
  });

  it('holds times as Optuna writes them', async () => {
    const startedAt = new Date('2024-02-29T12:34:56.789Z');
    await storage.createTrial(study, { state: 'RUNNING', startedAt });
    expect(withDatabase(file, (db) => db.prepare('SELECT datetime_start FROM trials').pluck().get())).toBe(
      '2024-02-29 12:34:56.789000',
    );
  });

  it('passes its own integrity checks after a study was deleted', async () => {
    const trial = await storage.createTrial(study, { state: 'RUNNING', userAttrs: { k: 1 }, systemAttrs: { k: 1 } });
    withDatabase(file, (db) =>
      db.prepare("INSERT INTO trial_heartbeats (trial_id, heartbeat) VALUES (?, '2024-01-01 00:00:00')").run(trial.id),
    );
    await storage.finishTrial(leaseOf(study, trial), 'COMPLETE', [1]);
    await storage.deleteStudy(study);
    const left = withDatabase(file, (db) => {
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
      expect(db.pragma('foreign_key_check')).toEqual([]);
      const tables = db.prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all();
      return tables.filter((table) => db.prepare(`SELECT 1 FROM ${table}`).get() !== undefined);
    });
    expect(left).toEqual(['version_info', 'alembic_version']);
  });

  it('loses the heartbeat of a trial that is requeued', async () => {
    const trial = await storage.createTrial(study, { state: 'RUNNING' });
    withDatabase(file, (db) =>
      db.prepare("INSERT INTO trial_heartbeats (trial_id, heartbeat) VALUES (?, '2024-01-01 00:00:00')").run(trial.id),
    );
    await storage.requeueTrial(leaseOf(study, trial), { keepReportsTo: null });
    expect(withDatabase(file, (db) => db.prepare('SELECT COUNT(*) FROM trial_heartbeats').pluck().get())).toBe(0);
  });
});

describe('the disk and other programs', () => {
  it('waits for a lock, and says so when that takes too long', async () => {
    const hasty = await SqliteStorage.open(file, { label: storage.label, create: false, waiting: { limitMs: 20 } });
    const other = openSqlite(file);
    other.exec('BEGIN IMMEDIATE');
    expect(await refused(hasty.createTrial(study, { state: 'RUNNING' }))).toMatchInlineSnapshot(
      `"HPO_STORAGE sqlite:///FOLDER/studies.db has been locked by another program for too long; try again when that is done."`,
    );
    expect((await hasty.changesSince(study)).trials).toEqual([]); // readers do not wait for a writer
    other.exec('COMMIT');
    other.close();
    expect((await hasty.createTrial(study, { state: 'RUNNING' })).number).toBe(0);
    await hasty.close();
  });

  it('says that the disk is full', async () => {
    const db = openSqlite(join(folder, 'full.db'));
    db.exec('CREATE TABLE t (x); PRAGMA max_page_count = 3');
    const fill = () => db.prepare('INSERT INTO t VALUES (?)').run('x'.repeat(100_000));
    let full: unknown;
    try {
      fill();
    } catch (error) {
      full = storageError('sqlite:///full.db', error);
    }
    expect(await refused(Promise.reject(full))).toMatchInlineSnapshot(
      `"HPO_DISK sqlite:///full.db cannot be written to because the disk is full; free some space."`,
    );
    db.close();
  });

  it('says that a file is damaged', async () => {
    await storage.close();
    withDatabase(file, (db) => {
      db.unsafeMode(true);
      db.exec("PRAGMA writable_schema = ON; UPDATE sqlite_master SET rootpage = 999 WHERE name = 'trials'");
    });
    expect(await refused(openStorage(file, { create: false }))).toMatchInlineSnapshot(
      `"HPO_STORAGE sqlite:///FOLDER/studies.db is damaged; restore it from a copy, or rescue what can be read with hpo repair."`,
    );
  });

  it('reads a file that may not be written, and says so on writing', async () => {
    await storage.close();
    withDatabase(file, (db) => db.pragma('journal_mode = DELETE'));
    await chmod(file, 0o444);
    await chmod(folder, 0o555);
    const root = process.geteuid?.() === 0;
    if (root) process.seteuid?.(65_534); // permissions do not bind root
    try {
      const reader = await openStorage(file, { create: true });
      expect(await reader.listStudies()).toHaveLength(1);
      expect(await refused(reader.createTrial(study, { state: 'RUNNING' }))).toMatchInlineSnapshot(
        `"HPO_STORAGE sqlite:///FOLDER/studies.db cannot be written to; check the permissions of the file and of its folder, or name another by --storage."`,
      );
      await reader.close();
      // The system looks at the real user before SQLite meets the effective one.
      const why = root
        ? 'opened; check the permissions of the file and of its folder, or name another by --storage.'
        : 'made: this user may not write to FOLDER; name a database elsewhere by --storage.';
      expect(await refused(openStorage(join(folder, 'new.db'), { create: true }))).toBe(
        `HPO_STORAGE sqlite:///FOLDER/new.db cannot be ${why}`,
      );
    } finally {
      if (root) process.seteuid?.(0);
      await chmod(folder, 0o755);
    }
  });
});

describe('a file on a network file system', () => {
  it('is made with a rollback journal, and said to be', async () => {
    const notices: string[] = [];
    const made = await SqliteStorage.open(join(folder, 'made.db'), {
      label: 'made.db',
      create: true,
      waiting: { onNotice: (line) => notices.push(line) },
      networkOf: () => 'NFS',
    });
    await made.createStudy({ name: 'a', directions: ['minimize'] });
    await made.close();
    expect(withDatabase(join(folder, 'made.db'), (db) => db.pragma('journal_mode', { simple: true }))).toBe('delete');
    expect(notices).toEqual([
      'made.db is on NFS: it has a rollback journal in place of a write-ahead log, so that readers and writers wait for each other, and relies on the file locks of the server',
    ]);
  });

  it('with a write-ahead log is used as it is, with a warning', async () => {
    const notices: string[] = [];
    const waiting = { onNotice: (line: string) => notices.push(line) };
    const other = await SqliteStorage.open(file, { label: 'a.db', create: false, waiting, networkOf: () => 'SMB' });
    expect(await other.listStudies()).toHaveLength(1);
    await other.close();
    expect(notices).toEqual([
      'a.db is on SMB and has a write-ahead log, which processes on two machines damage; give it a rollback journal with hpo repair, or use it on one machine alone',
    ]);
  });

  it('is used without a word where its journal is right', async () => {
    await storage.close();
    withDatabase(file, (db) => db.pragma('journal_mode = DELETE'));
    const notices: string[] = [];
    const waiting = { onNotice: (line: string) => notices.push(line) };
    const other = await SqliteStorage.open(file, { label: 'a.db', create: true, waiting, networkOf: () => 'NFS' });
    await other.close();
    expect(notices).toEqual([]);
  });
});
