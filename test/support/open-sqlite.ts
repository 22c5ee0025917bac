import Sqlite, { type Database, type Options } from 'better-sqlite3';
import { keepAlive } from '../../src/storage/sqlite/kept-alive.ts';

/** A connection that knows nothing of hpo, for what tests write and read behind its back. */
export function openSqlite(file: string, options?: Options): Database {
  return keepAlive(new Sqlite(file, options));
}
