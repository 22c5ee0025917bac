/** The longest text that is read, in bytes: 16 MiB. A longer one would fill the memory. */
export const LONGEST_TEXT = 16 * 1024 * 1024;

/** The character before the number of bytes of a text that is too long; no JSON text begins with it. */
const TOO_LONG = '\u0001';

/** SQL for a column of texts without a limit: of one that is too long the mark that {@link boundedText} reads. */
export function boundedColumn(column: string): string {
  return `CASE WHEN octet_length(${column}) > ${LONGEST_TEXT} THEN chr(1) || octet_length(${column}) ELSE ${column} END`;
}

/**
 * A text of {@link boundedColumn}. One that is too long becomes the number of its bytes, as readers of Optuna's rows
 * expect it.
 */
export function boundedText<T>(stored: T): T {
  const isTooLong = typeof stored === 'string' && stored.startsWith(TOO_LONG);
  return isTooLong ? (Number(stored.slice(1)) as T) : stored;
}

/** SQL for a column with a time, whatever the server's style of dates: `2026-11-28 03:04:05.678901`. */
export function timeColumn(column: string): string {
  return `to_char(${column}, 'YYYY-MM-DD HH24:MI:SS.US')`;
}
