import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { HpoError } from '../../errors.ts';
import { createSchema, inspectSchema, requireSchema } from './schema.ts';
import { storageError } from './sqlite-error.ts';

/** How to open a file. */
export interface SqliteOptions {
  /** What to call it in messages. */
  readonly url: string;
  /** Whether to make the database where there is none. */
  readonly create: boolean;
  /** How long to wait for somebody else's lock. Default 30,000. */
  readonly busyTimeoutMs?: number;
}

/**
 * Opens a database file with Optuna's schema. A file that is right already is not written to; only in files that are
 * made here is the write-ahead log switched on, which lets readers and a writer work at once.
 * @throws HpoError HPO_STORAGE.
 */
export function openConnection(file: string, { url, create, busyTimeoutMs = 30_000 }: SqliteOptions): Database {
  const refuse = (problem: string): never => {
    throw new HpoError('HPO_STORAGE', problem, { data: { url, file } });
  };
  const folder = dirname(file);
  if (!existsSync(folder)) refuse(`${url} cannot be opened: there is no folder ${folder}; make it first.`);
  const found = existsSync(file);
  if (!found && !create) refuse(`There is no database at ${url}; the first run of a study makes it.`);
  if (found && !statSync(file).isFile()) refuse(`${url} cannot be opened: ${file} is not a file.`);

  let db: Database | undefined;
  try {
    db = new Sqlite(file, { timeout: busyTimeoutMs, fileMustExist: !create });
    db.pragma('foreign_keys = ON');
    if (create && inspectSchema(db, url) === 'empty') {
      db.pragma('journal_mode = WAL');
      createSchema(db, url);
    }
    requireSchema(db, url);
    // Of the connection, not of the file. Safe with a write-ahead log: a power cut may cost the last commits but
    // never the database, and a killed process costs nothing.
    if (db.pragma('journal_mode', { simple: true }) === 'wal') db.pragma('synchronous = NORMAL');
    return db;
  } catch (error) {
    db?.close();
    throw storageError(url, error);
  }
}
