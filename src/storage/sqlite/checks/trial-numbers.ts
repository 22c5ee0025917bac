import type { Database } from 'better-sqlite3';
import { counted } from '../../../base/counted.ts';
import { mendable } from '../../defect.ts';
import { byStudy, type Check, studyNameSql } from './check.ts';
import { setFailure } from './set-failure.ts';

type Row = readonly [study: string | null, number: number | null, place: number, id: number];

/**
 * Trials whose number is not the count of the trials before them, as after a row that was lost. hpo reads them under
 * that count; Optuna takes the number as it is, and finds some twice or never.
 */
export const trialNumbers: Check = {
  look: (db) =>
    [...byStudy(wrongRows(db))].map(([study, rows]) => {
      const [, number, place] = rows[0] as Row;
      const what = number === null ? `no number for its trial ${place}` : `the number ${number} for its trial ${place}`;
      const others = rows.length === 1 ? '' : `, and ${counted(rows.length - 1, 'other wrong number')}`;
      const message = `The study '${study}' has ${what}${others}: a number is missing, or there twice.`;
      return mendable('trial-numbers', study, message);
    }),

  mend: (db) => [...byStudy(wrongRows(db))].map(([study, rows]) => mendStudy(db, study, rows)),
};

function wrongRows(db: Database): readonly Row[] {
  return db
    .prepare<[], Row>(
      `SELECT ${studyNameSql('placed.study_id')}, number, place, trial_id FROM
         (SELECT study_id, trial_id, number, ROW_NUMBER() OVER (PARTITION BY study_id ORDER BY trial_id) - 1 AS place
          FROM trials WHERE study_id IN (SELECT study_id FROM studies)) AS placed
       WHERE number IS NOT place ORDER BY trial_id`,
    )
    .raw()
    .all();
}

/**
 * Numbers the trials of a study anew. Where numbers are missing and as many ids are free before the next trial, trials
 * were lost: failed ones take their places, so that the others keep their numbers.
 */
function mendStudy(db: Database, study: string | null, rows: readonly Row[]): string {
  const [, , , first] = rows[0] as Row;
  const studyId = db.prepare('SELECT study_id FROM trials WHERE trial_id = ?').pluck().get(first) as number;
  const trials = db
    .prepare<[number], [number, number | null]>(
      'SELECT trial_id, number FROM trials WHERE study_id = ? ORDER BY trial_id',
    )
    .raw()
    .all(studyId);
  const isTaken = db.prepare('SELECT 1 FROM trials WHERE trial_id = ?').pluck();
  let [next, before, placed, changed] = [0, 0, 0, 0];
  for (const [id, number] of trials) {
    const missing = number === null ? 0 : number - next;
    if (missing > 0 && missing < id - before) {
      const free: number[] = [];
      for (let each = id - 1; each > before && free.length < missing; each--) {
        if (isTaken.get(each) === undefined) free.unshift(each);
      }
      if (free.length === missing) for (const each of free) insertLost(db, each, studyId, next++);
      if (free.length === missing) placed += missing;
    }
    if (number !== next) {
      db.prepare('UPDATE trials SET number = ? WHERE trial_id = ?').run(next, id);
      changed++;
    }
    [next, before] = [next + 1, id];
  }
  const done = [
    ...(placed === 0 ? [] : [`gave the places of ${counted(placed, 'lost trial')} to failed ones`]),
    ...(changed === 0 ? [] : [`gave ${counted(changed, 'trial')} the number by which hpo read them`]),
  ];
  return `in the study '${study}' ${done.join(', and ')}`;
}

function insertLost(db: Database, id: number, studyId: number, number: number): void {
  db.prepare("INSERT INTO trials (trial_id, number, study_id, state) VALUES (?, ?, ?, 'FAIL')").run(
    id,
    number,
    studyId,
  );
  setFailure(db, id, 'The row of the trial was lost.');
}
