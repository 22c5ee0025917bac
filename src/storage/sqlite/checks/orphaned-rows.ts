import type { Database } from 'better-sqlite3';
import { counted } from '../../../base/counted.ts';
import { mendable } from '../../defect.ts';
import { TRIAL_TABLES } from '../../optuna-rows/schema.ts';
import type { Check } from './check.ts';

/** The tables whose rows belong to a row of another one, in the order in which they are to be tidied up. */
const OWNED: readonly (readonly [table: string, owner: 'study' | 'trial'])[] = [
  ['study_directions', 'study'],
  ['study_user_attributes', 'study'],
  ['study_system_attributes', 'study'],
  ['trials', 'study'],
  ...TRIAL_TABLES.map((table) => [table, 'trial'] as const),
];

/** The condition of rows whose study or trial is not there. */
const ORPHANED = {
  study: 'study_id IS NULL OR study_id NOT IN (SELECT study_id FROM studies)',
  trial: 'trial_id IS NULL OR trial_id NOT IN (SELECT trial_id FROM trials)',
} as const;

/** Rows of a study or a trial that is not there: a program has deleted the one and not the other. */
export const orphanedRows: Check = {
  look: (db) =>
    OWNED.flatMap(([table, owner]) => {
      const count = countOf(db, table, owner);
      if (count === 0) return [];
      const message = `The table ${table} has ${counted(count, 'row')} whose ${owner} is not there; nobody reads them.`;
      return mendable('orphaned-rows', null, message);
    }),

  mend: (db) =>
    OWNED.flatMap(([table, owner]) => {
      const { changes } = db.prepare(`DELETE FROM ${table} WHERE ${ORPHANED[owner]}`).run();
      return changes === 0 ? [] : `removed ${counted(changes, 'row')} of ${table} whose ${owner} is not there`;
    }),
};

function countOf(db: Database, table: string, owner: 'study' | 'trial'): number {
  return db.prepare(`SELECT COUNT(*) FROM ${table} WHERE ${ORPHANED[owner]}`).pluck().get() as number;
}
