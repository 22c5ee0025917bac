import type { Database } from 'better-sqlite3';
import { openSqlite } from './open-sqlite.ts';

/** Changes a database file as another program would. */
export function withDatabase<T>(file: string, action: (db: Database) => T): T {
  const db = openSqlite(file);
  try {
    return action(db);
  } finally {
    db.close();
  }
}
