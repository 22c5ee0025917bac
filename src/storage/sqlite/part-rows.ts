import type { Database, Statement } from 'better-sqlite3';
import type { TRIAL_TABLES } from '../optuna-rows/schema.ts';

/** A row that begins with the id of its trial. */
export type PartRow = readonly [trialId: number, ...unknown[]];

/** The rows of a table that are to be read. */
export interface PartSelection {
  readonly table: (typeof TRIAL_TABLES)[number];
  /** The columns behind the trial's id. Their parameters are given with every reading. */
  readonly columns: string;
  /** Whether a trial's rows come in the order of the first of the columns, a number, and not as they were stored. */
  readonly isNumbered?: boolean;
}

/** For fewer trials the preparations cost more than they save. */
export const MANY_TRIALS = 20;
/** Of the trials, and of the rows, of a stretch at least one in this many is wanted. */
const SPARSEST = 2;

/** Reads the rows of one of the tables that hold the parts of trials, for some trials at a time. */
export class PartRows<Row extends PartRow> {
  readonly #isNumbered: boolean;
  readonly #byIds: Statement<unknown[], Row>;
  readonly #extent: Statement<[number, number], [count: number, first: number | null, last: number | null]>;
  readonly #stretch: Statement<unknown[], Row>;

  constructor(db: Database, { table, columns, isNumbered = false }: PartSelection) {
    this.#isNumbered = isNumbered;
    const order = isNumbered ? 2 : `${table}.rowid`; // the second column
    // CROSS JOIN keeps the wanted ids in the outer loop, so that the cost goes by them and not by the table.
    this.#byIds = db
      .prepare<unknown[], Row>(
        `SELECT trial_id, ${columns} FROM json_each(?) AS wanted CROSS JOIN ${table} ON trial_id = wanted.value
         ORDER BY wanted.key, ${order}`,
      )
      .raw();
    this.#extent = db
      .prepare<[number, number], [number, number | null, number | null]>(
        `SELECT COUNT(*), MIN(rowid), MAX(rowid) FROM ${table} WHERE trial_id BETWEEN ? AND ?`,
      )
      .raw();
    this.#stretch = db
      .prepare<unknown[], Row>(
        `SELECT trial_id, ${columns} FROM ${table} WHERE rowid BETWEEN ? AND ? AND +trial_id BETWEEN ? AND ?
         ORDER BY rowid`,
      )
      .raw();
  }

  /** The rows of these trials, in the order of the ids. @param given the parameters of the columns. */
  read(ids: readonly number[], ...given: readonly string[]): readonly Row[] {
    return this.#readStretch(ids, given) ?? this.#byIds.all(...given, JSON.stringify(ids));
  }

  /**
   * Goes through the stretch of the table from the first to the last of the rows, which is faster than to find each by
   * the index and to sort them. Undefined where they do not lie close together, as those of successive trials mostly
   * do.
   */
  #readStretch(ids: readonly number[], given: readonly string[]): readonly Row[] | undefined {
    if (!isStretch(ids)) return undefined;
    const [from, to] = [ids[0] as number, ids.at(-1) as number];
    const [count, first, last] = this.#extent.get(from, to) as [number, number | null, number | null];
    if (first === null || last === null) return [];
    if (last - first >= SPARSEST * count) return undefined;
    const rows = this.#stretch.all(...given, first, last, from, to);
    return this.#inOrder(to - from < ids.length ? rows : rowsOf(ids, rows));
  }

  /** The rows, trial by trial; undefined where something is stored as a number that is none. */
  #inOrder(rows: Row[]): readonly Row[] | undefined {
    const compare = this.#isNumbered
      ? (a: Row, b: Row) => a[0] - b[0] || (a[1] as number) - (b[1] as number)
      : (a: Row, b: Row) => a[0] - b[0];
    const isOrdered = () => rows.every((row, at) => at === 0 || compare(rows[at - 1] as Row, row) <= 0);
    if (isOrdered()) return rows;
    rows.sort(compare); // trials that ran at once have stored them by turns
    return isOrdered() ? rows : undefined;
  }
}

/** Whether ids are many, and lie close enough together to read all that is between them. */
export function isStretch(ids: readonly number[]): boolean {
  const length = (ids.at(-1) ?? 0) - (ids[0] ?? 0);
  return ids.length >= MANY_TRIALS && length < SPARSEST * ids.length && isAscending(ids);
}

function isAscending(ids: readonly number[]): boolean {
  return ids.every((id, at) => at === 0 || id > (ids[at - 1] as number));
}

function rowsOf<Row extends PartRow>(ids: readonly number[], rows: readonly Row[]): Row[] {
  const wanted = new Set(ids);
  return rows.filter(([id]) => wanted.has(id));
}

/** Hands out rows that come in the order of their trials, trial by trial. */
export class RowsByTrial<Row extends PartRow> {
  readonly #rows: readonly Row[];
  #next = 0;

  constructor(rows: readonly Row[]) {
    this.#rows = rows;
  }

  /** The rows of the next trial. */
  take(trialId: number): readonly Row[] {
    const from = this.#next;
    while (this.#rows[this.#next]?.[0] === trialId) this.#next++;
    return this.#next === from ? NONE : this.#rows.slice(from, this.#next);
  }
}

const NONE: readonly never[] = Object.freeze([]);
