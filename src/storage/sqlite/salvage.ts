import { constants, copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import type { Database, Statement } from 'better-sqlite3';
import Sqlite from 'better-sqlite3';
import { counted } from '../../base/counted.ts';
import { flushPath } from '../../base/flush-folder.ts';
import { keepAlive } from './kept-alive.ts';
import { createSchema, TABLES } from './schema.ts';

type Row = readonly unknown[];

/** The most readings of one table: each costs a search in its tree. */
const MOST_READINGS = 200_000;
/** Rows behind the last readable one that may lie in pages which cannot be read. */
const BEHIND = 2_000;
const AT_ONCE = 256;
const [FIRST, LAST] = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];

/** The rows of one table that could be read. */
export interface SalvagedTable {
  readonly table: string;
  readonly rows: number;
  /** Whether pages of the table could not be read, so that there were more rows. */
  readonly isPartial: boolean;
}

/**
 * Writes all rows of Optuna's tables that can be read from a damaged database into a new one, page by page of each
 * table: rows of pages that cannot be read are left out, as are those that contradict earlier ones.
 *
 * @param to the path of the new database, where no file may be.
 * @throws SQLite's error where not even the list of the tables can be read.
 */
export function salvage(damaged: Database, to: string): readonly SalvagedTable[] {
  const whole = keepAlive(new Sqlite(to));
  try {
    whole.pragma(`journal_mode = ${damaged.pragma('journal_mode', { simple: true }) === 'wal' ? 'WAL' : 'DELETE'}`);
    createSchema(whole, to);
    whole.pragma('foreign_keys = OFF'); // rows may have lost their owners
    whole.exec('DELETE FROM version_info; DELETE FROM alembic_version');
    const salvaged = whole.transaction(() => TABLES.map((table) => salvageTable(damaged, whole, table)))();
    fillVersions(whole);
    return salvaged;
  } finally {
    whole.close();
  }
}

function salvageTable(damaged: Database, whole: Database, table: string): SalvagedTable {
  const columns = columnsOf(whole, table);
  const insert = whole.prepare(
    `INSERT OR IGNORE INTO ${table} (rowid, ${columns.join(', ')}) VALUES (?${', ?'.repeat(columns.length)})`,
  );
  let rows = 0;
  const reading = new TableReading(damaged, table, columns, (row) => {
    rows += insert.run(...row).changes;
  });
  const isPartial = reading.all();
  return { table, rows, isPartial };
}

function columnsOf(db: Database, table: string): readonly string[] {
  const names = db.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(table) as readonly string[];
  return names.map((name) => `"${name}"`);
}

/** A database without its version is refused by every program. */
function fillVersions(whole: Database): void {
  const isMissing = (table: string) => whole.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get() === 0;
  const fresh = keepAlive(new Sqlite(':memory:'));
  try {
    createSchema(fresh, ':memory:');
    for (const table of ['version_info', 'alembic_version'].filter(isMissing)) {
      const row = fresh.prepare(`SELECT * FROM ${table}`).raw().get() as readonly unknown[];
      whole.prepare(`INSERT INTO ${table} VALUES (${row.map(() => '?').join(', ')})`).run(...row);
    }
  } finally {
    fresh.close();
  }
}

/** A stretch of a table that was read from one of its ends on. */
interface Stretch {
  readonly isWhole: boolean;
  /** The id of the last row that could be read; undefined where none could. */
  readonly last: number | undefined;
}

/** Reads a table whose pages cannot all be read. */
class TableReading {
  readonly #up: Statement<[number, number, number], Row>;
  readonly #down: Statement<[number, number, number], Row>;
  readonly #take: (row: Row) => void;
  #readings = 0;

  /** @param take is given each row that can be read, once. */
  constructor(db: Database, table: string, columns: readonly string[], take: (row: Row) => void) {
    const ordered = (order: string) =>
      db
        .prepare<[number, number, number], Row>(
          `SELECT rowid, ${columns.join(', ')} FROM ${table} WHERE rowid BETWEEN ? AND ? ORDER BY rowid ${order} LIMIT ?`,
        )
        .raw();
    this.#up = ordered('ASC');
    this.#down = ordered('DESC');
    this.#take = take;
  }

  /** Reads all rows that can be read. @returns whether there are pages that cannot be read. */
  all(): boolean {
    const up = this.#read('up', FIRST, LAST);
    if (up.isWhole) return false;
    const down = this.#read('down', (up.last ?? FIRST) + 1, LAST);
    // Ids count up from 1 in every program's tables.
    const from = Math.max(up.last ?? 0, 0) + 1;
    const open: (readonly [number, number])[] = [[from, (down.last ?? from + BEHIND) - 1]];
    for (let range = open.pop(); range !== undefined && this.#readings < MOST_READINGS; range = open.pop()) {
      open.push(...this.#between(...range));
    }
    return true;
  }

  /** Reads a range from both ends. @returns the ranges within it that are to be read by themselves. */
  #between(from: number, to: number): readonly (readonly [number, number])[] {
    if (from > to) return [];
    const up = this.#read('up', from, to);
    if (up.isWhole || from === to) return [];
    const low = (up.last ?? from - 1) + 1;
    const down = this.#read('down', low, to);
    const high = (down.last ?? to + 1) - 1;
    if (down.isWhole || low >= high) return [];
    const middle = Math.floor((low + high) / 2);
    return [
      [low, middle],
      [middle + 1, high],
    ];
  }

  /** Reads rows until one cannot be read: many at a time, and one by one where they cannot all be read. */
  #read(way: 'up' | 'down', from: number, to: number): Stretch {
    let [low, high, size] = [from, to, AT_ONCE];
    let last: number | undefined;
    for (;;) {
      this.#readings++;
      let rows: readonly Row[];
      try {
        rows = (way === 'up' ? this.#up : this.#down).all(low, high, size);
      } catch (error) {
        if (!isDamage(error)) throw error;
        if (size === 1) return { isWhole: false, last };
        size = 1;
        continue;
      }
      for (const row of rows) this.#take(row);
      if (rows.length < size) return { isWhole: true, last };
      last = rows.at(-1)?.[0] as number;
      if (way === 'up') low = last + 1;
      else high = last - 1;
    }
  }
}

function isDamage(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && /^SQLITE_(CORRUPT|IOERR|NOTADB)/.test(error.code);
}

/** Copies the files of a damaged database as they are, byte by byte. @returns the paths of the copies. */
export async function copyRaw(path: string, to: string): Promise<readonly string[]> {
  const copies: string[] = [];
  for (const suffix of ['', '-wal', '-journal']) {
    if (!existsSync(path + suffix)) continue;
    copyFileSync(path + suffix, to + suffix, constants.COPYFILE_EXCL);
    await flushPath(to + suffix);
    copies.push(to + suffix);
  }
  return copies;
}

/** Puts a database in the place of another one, whose log must not be taken for its own. */
export async function replaceDatabase(path: string, by: string): Promise<void> {
  await flushPath(by);
  for (const suffix of ['-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true });
  renameSync(by, path);
}

/** Salvaged tables in words: `31 rows of trials`, and those that were read in part. */
export function salvageText(tables: readonly SalvagedTable[]): readonly string[] {
  return tables
    .filter(({ rows, isPartial }) => rows > 0 || isPartial)
    .map(({ table, rows, isPartial }) => {
      return `saved ${counted(rows, 'row')} of ${table}${isPartial ? ', a part: some of its pages cannot be read' : ''}`;
    });
}
