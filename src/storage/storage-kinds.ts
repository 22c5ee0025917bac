import { resolve } from 'node:path';
import { HpoError } from '../base/errors.ts';
import { MemoryStorage } from './memory/memory-storage.ts';
import { SqliteStorage } from './sqlite/sqlite-storage.ts';
import type { Storage } from './storage.ts';
import type { Waiting } from './waiting.ts';

/** The way to open a storage. */
export interface OpenStorageOptions {
  /**
   * Whether to make a database that does not exist yet. Callers that only read pass false; `'later'` refuses whatever
   * true would refuse, and makes none: see {@link openIfThere}.
   */
  readonly create: boolean | 'later';
  /** The way to wait while the storage cannot be used. Default: 30 s, without a notice. */
  readonly waiting?: Waiting;
}

/** Opens a storage of one kind. */
type Opener = (url: string, options: OpenStorageOptions) => Promise<Storage>;

const SQLITE = 'sqlite:///';

/** Something of each kind of storage, by the schemes of their URLs. */
type ByScheme<T> = Readonly<Record<string, T>>;

/** `value` for each scheme of PostgreSQL's URLs: its own two, and those in which SQLAlchemy names its driver. */
export function forPostgres<T>(value: T): ByScheme<T> {
  const schemes = ['postgresql', 'postgres', 'postgresql+psycopg', 'postgresql+psycopg2'];
  return Object.fromEntries(schemes.map((scheme) => [scheme, value]));
}

/** The kinds of storages; a URL without a scheme is the path of an SQLite file. */
export const STORAGE_KINDS: ByScheme<Opener> = {
  memory: openMemory,
  sqlite: openSqlite,
  ...forPostgres(openPostgres),
};

/** The end of a message that refuses a URL. */
export const KINDS_TEXT = `use ${SQLITE}file.db, postgresql://host/database or memory:`;

async function openMemory(url: string): Promise<Storage> {
  if (url !== 'memory:') throw refusal(`${JSON.stringify(url)} is no storage; ${KINDS_TEXT}.`);
  return new MemoryStorage();
}

async function openSqlite(url: string, options: OpenStorageOptions): Promise<Storage> {
  const { path, label } = sqliteFile(url);
  return SqliteStorage.open(path, { label, ...options });
}

async function openPostgres(url: string, options: OpenStorageOptions): Promise<Storage> {
  const { PostgresStorage } = await import('./postgres/postgres-storage.ts'); // most processes do without it
  return PostgresStorage.open(url, options);
}

/** The file of a storage. */
export interface StorageFile {
  /** The absolute path. */
  readonly path: string;
  /** The storage's name in messages: its URL. */
  readonly label: string;
}

/**
 * The SQLite file that a URL names.
 * @throws HpoError HPO_INVALID_ARGUMENT for a storage that is not kept in a file, and for a URL that is none.
 */
export function sqliteFile(url: string): StorageFile {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(url)?.[1]; // of two letters or more, since C:\ is a drive
  const isBare = scheme === undefined;
  // The rest of the URL may hold a password, so the message leaves it out.
  if (!isBare && scheme.toLowerCase() !== 'sqlite') throw refusal(`Storage of the kind ${scheme}: is kept in no file.`);
  if (!isBare && !url.startsWith(SQLITE)) throw refusal(`${url} does not name a file; ${KINDS_TEXT}.`);
  const path = isBare ? url : url.slice(SQLITE.length);
  if (path === '' || path === ':memory:') throw refusal(`${JSON.stringify(url)} does not name a file; ${KINDS_TEXT}.`);
  if (/[?\0]/.test(path)) {
    throw refusal(`${JSON.stringify(url)} holds a character that Optuna's URLs cannot have in a path.`);
  }
  return { path: resolve(path), label: SQLITE + path };
}

function refusal(problem: string): HpoError {
  return new HpoError('HPO_INVALID_ARGUMENT', problem);
}
