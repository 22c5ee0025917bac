import type { Database } from 'better-sqlite3';
import type { Defect } from '../../defect.ts';

/** Looks for one kind of fault in the rows of a database with Optuna's schema. */
export interface Check {
  /** The faults that are found; to be used within a transaction. */
  look(db: Database): readonly Defect[];
  /**
   * Mends those that are mendable, within a transaction that writes.
   * @returns a line for people on each thing that was done.
   */
  mend(db: Database): readonly string[];
}

/** The numbers of some trials in words: `trial 3`, `trials 3, 5 and 7 more`. */
export function trialsText(numbers: readonly number[]): string {
  const named = numbers.slice(0, MOST_NAMED);
  if (numbers.length > named.length) {
    return `trials ${named.join(', ')} and ${numbers.length - named.length} more`;
  }
  const last = named.at(-1);
  return named.length === 1 ? `trial ${last}` : `trials ${named.slice(0, -1).join(', ')} and ${last}`;
}

const MOST_NAMED = 5;

/** SQL for the name of a study as text of a length that can be shown. @param id the column with the study's id. */
export function studyNameSql(id: string): string {
  return `(SELECT substr(CAST(study_name AS TEXT), 1, 512) FROM studies WHERE studies.study_id = ${id})`;
}

/** The rows of a query, by the study that their first column names. */
export function byStudy<Row extends readonly [study: string | null, ...unknown[]]>(
  rows: readonly Row[],
): ReadonlyMap<string | null, readonly Row[]> {
  const found = new Map<string | null, Row[]>();
  for (const row of rows) {
    const own = found.get(row[0]);
    if (own === undefined) found.set(row[0], [row]);
    else own.push(row);
  }
  return found;
}
