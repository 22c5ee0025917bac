import Sqlite, { type Database, type Options } from 'better-sqlite3';
import { keepAlive } from '../../src/storage/sqlite/kept-alive.ts';

/** A connection without hpo, for tests that write and read behind its back. */
export function openSqlite(file: string, options?: Options): Database {
  return keepAlive(new Sqlite(file, options));
}
