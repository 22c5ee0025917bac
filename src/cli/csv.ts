import { stringify } from 'csv-stringify/sync';

/**
 * Rows as CSV (RFC 4180, lines ended by LF) that survives a round trip: texts with a separator, a quote or a line break
 * of any kind are in quotes, and so is an empty text alone in its row, which would otherwise be an empty line.
 */
export function toCsv(rows: readonly (readonly string[])[]): string {
  return stringify(
    rows.map((row) => [...row]),
    { quoted_match: /[\r\n]/, quoted_empty: rows[0]?.length === 1 },
  );
}
