import type { Database } from 'better-sqlite3';
import { mendable } from '../../defect.ts';
import { byStudy, type Check, studyNameSql, trialsText } from './check.ts';
import { setFailure } from './set-failure.ts';

type Row = readonly [study: string | null, number: number, id: number];

/** A reason for which a trial's state cannot be right. */
interface WrongState {
  readonly kind: string;
  readonly condition: string;
  readonly says: string;
  /** The message of the failure that the trial gets. */
  readonly failure: string;
}

const GOOD_VALUE = `(value_type = 'FINITE' AND typeof(value) IN ('real', 'integer'))
  OR value_type IN ('INF_POS', 'INF_NEG')`;

const WRONG: readonly WrongState[] = [
  {
    kind: 'unknown-state',
    condition: "state IS NULL OR state NOT IN ('RUNNING', 'COMPLETE', 'PRUNED', 'FAIL', 'WAITING')",
    says: 'a state that Optuna does not have; hpo takes it for FAIL, and Optuna cannot load the study',
    failure: 'The trial had a state that there is not.',
  },
  {
    kind: 'missing-values',
    condition: `state = 'COMPLETE' AND
      (SELECT COUNT(*) FROM trial_values WHERE trial_values.trial_id = trials.trial_id AND (${GOOD_VALUE})) <>
      (SELECT COUNT(*) FROM study_directions WHERE study_directions.study_id = trials.study_id)`,
    says: 'the state COMPLETE, but not a value for each direction; hpo takes it for FAIL',
    failure: 'The trial was COMPLETE without a value for each direction.',
  },
];

/** Trials whose state contradicts what is stored of them. */
export const trialStates: Check = {
  look: (db) =>
    WRONG.flatMap((wrong) =>
      [...byStudy(rowsOf(db, wrong))].map(([study, rows]) => {
        const verb = rows.length === 1 ? 'has' : 'have';
        const text = trialsText(rows.map(([, number]) => number));
        return mendable(wrong.kind, study, `${capital(text)} of '${study}' ${verb} ${wrong.says}.`);
      }),
    ),

  mend: (db) =>
    WRONG.flatMap((wrong) =>
      [...byStudy(rowsOf(db, wrong))].map(([study, rows]) => {
        for (const [, , id] of rows) {
          db.prepare("UPDATE trials SET state = 'FAIL' WHERE trial_id = ?").run(id);
          db.prepare('DELETE FROM trial_values WHERE trial_id = ?').run(id);
          setFailure(db, id, wrong.failure);
        }
        return `made FAIL of ${trialsText(rows.map(([, number]) => number))} of '${study}', as hpo read them before`;
      }),
    ),
};

function rowsOf(db: Database, { condition }: WrongState): readonly Row[] {
  return db
    .prepare<[], Row>(
      `SELECT ${studyNameSql('trials.study_id')}, COALESCE(number, -1), trial_id FROM trials
       WHERE study_id IN (SELECT study_id FROM studies) AND (${condition}) ORDER BY trial_id`,
    )
    .raw()
    .all();
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
