import type { Database } from 'better-sqlite3';

/**
 * The largest text, in bytes, that is read from a column. No program of ours or of Optuna's stores such a one, and a
 * database of somebody else's could fill the memory with it: SQLite's own limit is 1 GB a text.
 */
export const LONGEST_TEXT = 16 * 2 ** 20;

/** SQL for a column of names: in place of one that is longer than {@link LONGEST_TEXT}, its length in words. */
export function boundedName(column: string): string {
  return `CASE WHEN octet_length(${column}) > ${LONGEST_TEXT} THEN 'a name of ' || octet_length(${column}) || ' bytes'
    ELSE CAST(${column} AS TEXT) END`;
}

/**
 * SQL for a column of texts: of one that is longer than {@link LONGEST_TEXT} the number of its bytes, which SQLite
 * knows without reading it. A column of texts never holds a number otherwise.
 */
export function boundedColumn(column: string): string {
  return `CASE WHEN octet_length(${column}) > ${LONGEST_TEXT} THEN octet_length(${column}) ELSE ${column} END`;
}

/**
 * SQL for the columns of the tables with the most rows, as {@link boundedColumn} gives it: the columns themselves where
 * the database, as it is when it is opened, is too small to hold a text that is too long.
 */
export function boundedColumns(db: Database): typeof boundedColumn {
  const [pages, size] = ['page_count', 'page_size'].map((name) => Number(db.pragma(name, { simple: true })));
  return (pages as number) * (size as number) <= LONGEST_TEXT ? (column) => column : boundedColumn;
}
