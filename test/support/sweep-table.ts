import { appendFileSync } from 'node:fs';
import { inject } from 'vitest';
import type { SweepRow } from './sweep-size.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The file that takes a line of JSON for each row of the tables. */
    readonly sweepRows: string;
  }
}

/** Adds a row to a table that the slow suite prints at its end. */
export function addRow(table: string, row: SweepRow): void {
  appendFileSync(inject('sweepRows'), `${JSON.stringify({ table, row })}\n`);
}
