import type { Database } from 'better-sqlite3';
import { counted } from '../../../base/counted.ts';
import { mendable } from '../../defect.ts';
import { byStudy, type Check, studyNameSql } from './check.ts';

/** Rows with something in a column that cannot be there, and the way to set them right. */
interface WrongRows {
  readonly table: 'trial_values' | 'trial_intermediate_values' | 'trials';
  readonly what: string;
  readonly condition: string;
  readonly mend: string;
  readonly done: string;
}

const number = (table: WrongRows['table'], value: string, noun: string, types: string): readonly WrongRows[] => [
  {
    table,
    what: `a ${noun} that is no number`,
    condition: `${value}_type IS NULL OR ${value}_type NOT IN (${types})
      OR (${value}_type = 'FINITE' AND typeof(${value}) NOT IN ('real', 'integer'))`,
    mend: `DELETE FROM ${table}`,
    done: `removed {n} with a ${noun} that is no number`,
  },
  {
    table,
    what: `a ${noun} beside the note that it is infinite or not a number, which Optuna refuses`,
    condition: `${value}_type <> 'FINITE' AND ${value}_type IN (${types}) AND ${value} IS NOT NULL`,
    mend: `UPDATE ${table} SET ${value} = NULL`,
    done: `removed the ${noun} of {n} that is said to be infinite or not a number`,
  },
];

const TIME = "'[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-6][0-9]*'";

const time = (column: string): WrongRows => ({
  table: 'trials',
  what: `something else than a time in ${column}`,
  condition: `${column} IS NOT NULL AND (typeof(${column}) <> 'text' OR ${column} NOT GLOB ${TIME})`,
  mend: `UPDATE trials SET ${column} = NULL`,
  done: `left out ${column} of {n}, where it was no time`,
});

const WRONG: readonly WrongRows[] = [
  ...number('trial_values', 'value', 'value', "'FINITE', 'INF_POS', 'INF_NEG'"),
  ...number('trial_intermediate_values', 'intermediate_value', 'report', "'FINITE', 'INF_POS', 'INF_NEG', 'NAN'"),
  time('datetime_start'),
  time('datetime_complete'),
];

/** Numbers and times that are stored in a form that they never have. */
export const storedValues: Check = {
  look: (db) =>
    WRONG.flatMap(({ table, what, condition }) =>
      [...byStudy(rowsOf(db, table, condition))].map(([study, rows]) => {
        const message = `The study '${study}' has ${counted(rows.length, 'row')} of ${table} with ${what}.`;
        return mendable('wrong-values', study, message);
      }),
    ),

  mend: (db) =>
    WRONG.flatMap(({ table, condition, mend, done }) => {
      const { changes } = db.prepare(`${mend} WHERE ${condition}`).run();
      return changes === 0 ? [] : done.replace('{n}', `${counted(changes, 'row')} of ${table}`);
    }),
};

function rowsOf(db: Database, table: string, condition: string): readonly (readonly [string | null])[] {
  const own = table === 'trials' ? 'trials' : `${table} CROSS JOIN trials USING (trial_id)`;
  return db
    .prepare<[], [string | null]>(
      `SELECT ${studyNameSql('trials.study_id')} FROM ${own}
       WHERE trials.study_id IN (SELECT study_id FROM studies) AND (${condition})`,
    )
    .raw()
    .all();
}
