import { resolve } from 'node:path';
import { HpoError } from '../base/errors.ts';
import { MemoryStorage } from './memory/memory-storage.ts';
import { SqliteStorage } from './sqlite/sqlite-storage.ts';
import type { Storage } from './storage.ts';
import type { Waiting } from './waiting.ts';

/** The way to open a storage. */
export interface OpenStorageOptions {
  /** Whether to make a database that does not exist yet. Callers that only read pass false. */
  readonly create: boolean;
  /** The way to wait while the storage cannot be used. Default: 30 s, without a notice. */
  readonly waiting?: Waiting;
}

/** Opens a storage of one kind. */
type Opener = (url: string, options: OpenStorageOptions) => Promise<Storage>;

const SQLITE = 'sqlite:///';

/** The kinds of storages, by the schemes of their URLs; a URL without one is the path of an SQLite file. */
export const STORAGE_KINDS: Readonly<Record<string, Opener>> = { memory: openMemory, sqlite: openSqlite };

/** The end of a message that refuses a URL. */
export const KINDS_TEXT = `use ${SQLITE}file.db or memory:`;

async function openMemory(url: string): Promise<Storage> {
  if (url !== 'memory:') throw refusal(`${JSON.stringify(url)} is no storage; ${KINDS_TEXT}.`);
  return new MemoryStorage();
}

async function openSqlite(url: string, options: OpenStorageOptions): Promise<Storage> {
  const isBare = !/^sqlite:/i.test(url);
  if (!isBare && !url.startsWith(SQLITE)) throw refusal(`${url} does not name a file; ${KINDS_TEXT}.`);
  const path = isBare ? url : url.slice(SQLITE.length);
  if (path === '' || path === ':memory:') throw refusal(`${JSON.stringify(url)} does not name a file; ${KINDS_TEXT}.`);
  if (/[?\0]/.test(path)) {
    throw refusal(`${JSON.stringify(url)} holds a character that Optuna's URLs cannot have in a path.`);
  }
  return SqliteStorage.open(resolve(path), { label: SQLITE + path, ...options });
}

function refusal(problem: string): HpoError {
  return new HpoError('HPO_INVALID_ARGUMENT', problem);
}
