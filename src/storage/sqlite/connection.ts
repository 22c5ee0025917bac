import { accessSync, constants, copyFileSync, existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { HpoError } from '../../base/errors.ts';
import { writeProblem } from '../../base/file-problem.ts';
import { makeTemporaryFolder } from '../../base/made-folder.ts';
import { removeUnusedSync } from '../../base/remove-unused.ts';
import { networkFileSystem } from '../../machine/file-system.ts';
import type { Waiting } from '../waiting.ts';
import { keepAlive } from './kept-alive.ts';
import { BLOCKING_MS } from './patience.ts';
import { createSchema, inspectSchema, requireSchema } from './schema.ts';

/** The way to open a file. */
export interface SqliteOptions {
  /** The name of the storage in messages. */
  readonly label: string;
  /** As in {@link OpenStorageOptions}. */
  readonly create: boolean | 'later';
  readonly waiting?: Waiting;
  /** Names the network file system of a folder. Default: {@link networkFileSystem}. */
  readonly networkOf?: (folder: string) => string | undefined;
}

/**
 * Opens a database file with Optuna's schema. A file that is right already is not written to. The write-ahead log,
 * which lets readers and a writer work at once, is switched on only in files that are made here, and not on a network
 * file system, where SQLite's shared memory reaches no other machine. A file in a folder that may only be read is read
 * in a copy where SQLite needs to write beside it.
 * @throws HpoError HPO_STORAGE; SQLite's own errors.
 */
export function openConnection(file: string, options: SqliteOptions): Connection {
  const connection = openAnySchema(file, options);
  try {
    requireSchema(connection.db, options.label);
    return connection;
  } catch (error) {
    connection.db.close();
    throw error;
  }
}

/** Opens a database as {@link openConnection} does, whatever tables it has. */
export function openAnySchema(file: string, options: SqliteOptions): Connection {
  const { label, create, networkOf = networkFileSystem } = options;
  const refuse = (problem: string, isMissing = false): never => {
    throw new HpoError('HPO_STORAGE', problem, { data: { label, file, isMissing } });
  };
  const folder = dirname(file);
  if (!existsSync(folder)) refuse(`${label} cannot be opened: there is no folder ${folder}; make it first.`);
  const found = existsSync(file);
  const problem = found || !create ? undefined : writeProblem(folder);
  if (problem !== undefined) refuse(`${label} cannot be made: ${problem}; name a database elsewhere by --storage.`);
  const isToMake = create === true;
  const missing = `There is no database at ${label}; the first run of a study makes it.`;
  if (!found && !isToMake) refuse(missing, true);
  if (found && !statSync(file).isFile()) refuse(`${label} cannot be opened: ${file} is not a file.`);

  let db: Database | undefined;
  try {
    db = keepAlive(new Sqlite(file, { timeout: BLOCKING_MS, fileMustExist: !isToMake }));
    db.pragma('foreign_keys = ON');
    distrust(db);
    const network = networkOf(folder);
    if (create === 'later' && inspectSchema(db, label) === 'empty') refuse(missing, true);
    const isMade = isToMake && layOut(db, label, network === undefined);
    // The setting belongs to the connection, not to the file. It is safe with a write-ahead log: a power cut may cost
    // the last commits but never the database, and a killed process costs nothing.
    const hasLog = db.pragma('journal_mode', { simple: true }) === 'wal';
    if (hasLog) db.pragma('synchronous = NORMAL');
    if (network !== undefined && (hasLog || isMade)) options.waiting?.onNotice?.(networkNotice(label, network, hasLog));
    return { db, file };
  } catch (error) {
    db?.close();
    if (!create && needsCopy(file, error)) return { db: openCopy(file), file: undefined };
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
 * @returns whether the file was empty.
 */
function layOut(db: Database, label: string, withLog: boolean): boolean {
  if (inspectSchema(db, label) !== 'empty') return false;
  if (withLog) db.pragma('journal_mode = WAL');
  createSchema(db, label);
  return true;
}

/**
 * Takes a database for somebody else's, as SQLite recommends it: its triggers and expressions may call no function
 * with effects, and a page whose parts overlap is noticed when it is read.
 */
function distrust(db: Database): void {
  db.pragma('trusted_schema = OFF');
  db.pragma('cell_size_check = ON');
}

/** The warning about a database on a network file system. */
export function networkNotice(label: string, network: string, hasLog: boolean): string {
  return hasLog
    ? `${label} is on ${network} and has a write-ahead log, which processes on two machines damage; give it a rollback journal with hpo repair, or use it on one machine alone`
    : `${label} is on ${network}: it has a rollback journal in place of a write-ahead log, so that readers and writers wait for each other, and relies on the file locks of the server`;
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
function openCopy(file: string): Database {
  const folder = makeTemporaryFolder('hpo-copy-');
  let db: Database | undefined;
  try {
    const copy = join(folder, 'copy.db');
    for (const suffix of ['', '-wal']) if (existsSync(file + suffix)) copyFileSync(file + suffix, copy + suffix);
    db = keepAlive(new Sqlite(copy, { readonly: true, fileMustExist: true }));
    distrust(db);
    db.pragma('schema_version'); // the first read opens all of the copy's files
    return db;
  } catch (error) {
    db?.close();
    throw error;
  } finally {
    removeUnusedSync(folder); // an open file stays readable
  }
}
