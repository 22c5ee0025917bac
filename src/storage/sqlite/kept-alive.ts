import type { Database, Statement } from 'better-sqlite3';

/** Holds objects for the sole purpose that they are not collected. */
const kept: unknown[] = [];

/**
 * Keeps a connection and its statements from being collected, on Node 24 and later: there `node::ObjectWrap`, which
 * every object of better-sqlite3 12 is, ends the process if the garbage collector meets one between two JavaScript
 * calls. A closed connection costs some 50 kB, and holds nothing of SQLite any more. (better-sqlite3 13 does without
 * `ObjectWrap`, but needs Node 22.)
 *
 * @returns the connection.
 */
export function keepAlive(db: Database): Database {
  if (Number.parseInt(process.versions.node, 10) < 24) return db;
  const make = db.prepare;
  const prepare = (source: string) => {
    const statement = make.call<Database, [string], Statement<[]>>(db, source);
    kept.push(statement);
    return statement;
  };
  kept.push(db);
  return Object.assign(db, {
    prepare,
    pragma(source: string, { simple = false } = {}) {
      const statement = prepare(`PRAGMA ${source}`);
      if (!statement.reader) return statement.run();
      return simple ? statement.pluck().get() : statement.all();
    },
  });
}
