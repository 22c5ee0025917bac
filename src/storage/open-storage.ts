import { resolve } from 'node:path';
import { HpoError } from '../base/errors.ts';
import { MemoryStorage } from './memory/memory-storage.ts';
import { SqliteStorage } from './sqlite/sqlite-storage.ts';
import type { Storage } from './storage.ts';

/** How to open a storage. */
export interface OpenStorageOptions {
  /** Whether to make a database that is not there yet. Whoever only reads says false. */
  readonly create: boolean;
}

const SQLITE = 'sqlite:///';
const KINDS = 'use sqlite:///file.db or memory:';

/**
 * Opens the storage that a URL names: `sqlite:///relative.db`, `sqlite:////absolute/file.db`, the bare path of an
 * SQLite file, or `memory:` (a new, empty one each time, gone with the process). Relative paths start at the working
 * directory. Optuna takes the same `sqlite:` URLs.
 *
 * @throws HpoError HPO_INVALID_ARGUMENT for another kind of URL; HPO_STORAGE for a file that is not there or that
 *   cannot be used, saying why.
 */
export async function openStorage(url: string, { create }: OpenStorageOptions): Promise<Storage> {
  if (url === 'memory:') return new MemoryStorage();
  const path = sqlitePath(url);
  return new SqliteStorage(resolve(path), { label: SQLITE + path, create });
}

function sqlitePath(url: string): string {
  const refuse = (problem: string): never => {
    throw new HpoError('HPO_INVALID_ARGUMENT', problem);
  };
  // Of two letters and more, for C:\ is a drive. What follows may hold a password, so messages leave it out.
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(url)?.[1];
  if (scheme !== undefined && scheme !== 'sqlite') refuse(`Storage of the kind ${scheme}: is not supported; ${KINDS}.`);
  if (scheme !== undefined && !url.startsWith(SQLITE)) refuse(`${url} does not name a file; ${KINDS}.`);
  const path = scheme === undefined ? url : url.slice(SQLITE.length);
  if (path === '' || path === ':memory:') refuse(`${JSON.stringify(url)} does not name a file; ${KINDS}.`);
  if (/[?\0]/.test(path)) refuse(`${JSON.stringify(url)} holds a character that Optuna's URLs cannot have in a path.`);
  return path;
}
