import type { Database, Statement } from 'better-sqlite3';

/** Holds objects for the sole purpose that they are not collected. */
const kept: unknown[] = [];

/** The object behind a connection, under a symbol of better-sqlite3's own, which makes those that copy a database. */
type Natives = Readonly<Record<symbol, { backup?: (...given: readonly unknown[]) => unknown } | undefined>>;

/**
 * Keeps a connection, its statements and its backups from being collected, on Node 24 and later: there `node::ObjectWrap`, which
 * every object of better-sqlite3 12 is, ends the process if the garbage collector meets one between two JavaScript
 * calls. A closed connection costs some 50 kB, and holds nothing of SQLite any more. An iterator over rows is such an
 * object, too, and there is one for each call, so `iterate` reads all rows and goes through them. (better-sqlite3 13
 * does without `ObjectWrap`, but needs Node 22.)
 *
 * @param node the version of Node; default: that of this process.
 * @returns the connection.
 */
export function keepAlive(db: Database, node = process.versions.node): Database {
  if (Number.parseInt(node, 10) < 24) return db;
  const make = db.prepare;
  const prepare = (source: string) => {
    const statement = make.call<Database, [string], Statement<[]>>(db, source);
    kept.push(statement);
    const iterate = (...given: []) => statement.all(...given)[Symbol.iterator]();
    return Object.assign(statement, { iterate });
  };
  kept.push(db);
  for (const native of Object.getOwnPropertySymbols(db).map((symbol) => (db as unknown as Natives)[symbol])) {
    const { backup } = native ?? {};
    if (native && backup) native.backup = (...given) => kept[kept.push(backup.apply(native, [...given])) - 1];
  }
  return Object.assign(db, {
    prepare,
    pragma(source: string, { simple = false } = {}) {
      const statement = prepare(`PRAGMA ${source}`);
      if (statement.reader) return simple ? statement.pluck().get() : statement.all();
      statement.run();
      return simple ? undefined : [];
    },
  });
}
