import { accessSync, constants, copyFileSync, existsSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { HpoError } from '../../base/errors.ts';
import { writeProblem } from '../../base/file-problem.ts';
import { makeTemporaryFolder } from '../../base/made-folder.ts';
import type { Waiting } from '../waiting.ts';
import { keepAlive } from './kept-alive.ts';
import { BLOCKING_MS } from './patience.ts';
import { createSchema, inspectSchema, requireSchema } from './schema.ts';

/** The way to open a file. */
export interface SqliteOptions {
  /** The name of the storage in messages. */
  readonly label: string;
  /** Whether to make the database where there is none. */
  readonly create: boolean;
  readonly waiting?: Waiting;
}

/**
 * Opens a database file with Optuna's schema. A file that is right already is not written to. The write-ahead log,
 * which lets readers and a writer work at once, is switched on only in files that are made here. A file in a folder
 * that may only be read is read in a copy where SQLite needs to write beside it.
 * @throws HpoError HPO_STORAGE; SQLite's own errors.
 */
export function openConnection(file: string, { label, create }: SqliteOptions): Connection {
  const refuse = (problem: string): never => {
    throw new HpoError('HPO_STORAGE', problem, { data: { label, file } });
  };
  const folder = dirname(file);
  if (!existsSync(folder)) refuse(`${label} cannot be opened: there is no folder ${folder}; make it first.`);
  const found = existsSync(file);
  if (!found && !create) refuse(`There is no database at ${label}; the first run of a study makes it.`);
  const problem = found || !create ? undefined : writeProblem(folder);
  if (problem !== undefined) refuse(`${label} cannot be made: ${problem}; name a database elsewhere by --storage.`);
  if (found && !statSync(file).isFile()) refuse(`${label} cannot be opened: ${file} is not a file.`);

  let db: Database | undefined;
  try {
    db = keepAlive(new Sqlite(file, { timeout: BLOCKING_MS, fileMustExist: !create }));
    db.pragma('foreign_keys = ON');
    if (create) layOut(db, label);
    requireSchema(db, label);
    // The setting belongs to the connection, not to the file. It is safe with a write-ahead log: a power cut may cost
    // the last commits but never the database, and a killed process costs nothing.
    if (db.pragma('journal_mode', { simple: true }) === 'wal') db.pragma('synchronous = NORMAL');
    return { db, file };
  } catch (error) {
    db?.close();
    if (!create && needsCopy(file, error)) return { db: openCopy(file, label), file: undefined };
    throw error;
  }
}

/** An open database. */
export interface Connection {
  readonly db: Database;
  /** The path of the open file; undefined for a copy, whose path no other process has. */
  readonly file: string | undefined;
}

/**
 * Makes an empty file a database with our schema. When several processes do so at once, SQLite lets some fail at the
 * change of the journal without waiting for the lock; their callers try again.
 */
function layOut(db: Database, label: string): void {
  if (inspectSchema(db, label) !== 'empty') return;
  db.pragma('journal_mode = WAL');
  createSchema(db, label);
}

/**
 * Whether the file itself can be read, but not in its folder: SQLite keeps an index beside a database with a
 * write-ahead log, even to read it, and makes the index where no other program has.
 */
function needsCopy(file: string, error: unknown): boolean {
  if (!(error instanceof Sqlite.SqliteError && /^SQLITE_(READONLY|CANTOPEN)/.test(error.code))) return false;
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Opens a copy of a file, which takes no writes. Nothing can write to the file where it lies, so its copy stays right.
 */
function openCopy(file: string, label: string): Database {
  const folder = makeTemporaryFolder('hpo-copy-');
  let db: Database | undefined;
  try {
    const copy = join(folder, 'copy.db');
    for (const suffix of ['', '-wal']) if (existsSync(file + suffix)) copyFileSync(file + suffix, copy + suffix);
    db = keepAlive(new Sqlite(copy, { readonly: true, fileMustExist: true }));
    requireSchema(db, label);
    return db;
  } catch (error) {
    db?.close();
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true }); // an open file stays readable
  }
}
