import Sqlite from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import { keepAlive } from './kept-alive.ts';

const opened: Sqlite.Database[] = [];

/** The versions whose connections are left as they are; none where the collector would end this process over them. */
const PLAIN = Number.parseInt(process.versions.node, 10) < 24 ? ['20.19.0'] : [];

/** A connection as it is on a version of Node, with a table t of the numbers 1 to 3. */
function connectionOn(node: string): Sqlite.Database {
  const db = keepAlive(new Sqlite(':memory:'), node);
  opened.push(db);
  db.exec('CREATE TABLE t (x); INSERT INTO t VALUES (1), (2), (3)');
  return db;
}

describe('a connection on Node 24', () => {
  afterEach(() => {
    for (const db of opened.splice(0)) db.close();
  });

  it.each([...PLAIN, '24.21.0', '26.0.0'])('answers as one on Node %s does', (node) => {
    const db = connectionOn(node);
    const from = db.prepare<[number], number>('SELECT x FROM t WHERE x > ?').pluck();
    expect([...from.iterate(1)]).toEqual([2, 3]);
    expect([...from.iterate(2)]).toEqual([3]);
    expect(db.prepare('SELECT x FROM t').raw().all()).toEqual([[1], [2], [3]]);
    expect(db.pragma('user_version', { simple: true })).toBe(0);
    expect(db.pragma('user_version')).toEqual([{ user_version: 0 }]);
    expect(db.pragma('foreign_keys = OFF')).not.toHaveLength(1);
  });

  it('makes no iterator that the garbage collector could meet', () => {
    const kinds = ['24.21.0', ...PLAIN].map((node) => {
      const rows = connectionOn(node).prepare('SELECT x FROM t').iterate();
      const { name } = rows.constructor;
      rows.return?.();
      return name;
    });
    expect(kinds[0]).not.toBe('StatementIterator');
    expect(kinds.slice(1)).toEqual(PLAIN.map(() => 'StatementIterator'));
  });
});
