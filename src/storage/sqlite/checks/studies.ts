import { unmendable } from '../../defect.ts';
import { type Check, studyNameSql } from './check.ts';

/** Studies that nobody can open. */
export const studies: Check = {
  look: (db) =>
    db
      .prepare<[], [study: string | null, id: number]>(
        `SELECT ${studyNameSql('own.study_id')}, study_id FROM studies AS own
         WHERE typeof(study_name) <> 'text' OR NOT EXISTS
           (SELECT 1 FROM study_directions AS known WHERE known.study_id = own.study_id)
         OR EXISTS (SELECT 1 FROM study_directions AS known WHERE known.study_id = own.study_id
           AND (direction IS NULL OR direction NOT IN ('MINIMIZE', 'MAXIMIZE', 'NOT_SET')))`,
      )
      .raw()
      .all()
      .map(([study, id]) => {
        const message = `The study '${study}' (id ${id}) has no name, or no direction, that can be read; nothing opens it.`;
        return unmendable('unreadable-study', study, message, 'delete it with hpo delete, or ask who wrote it');
      }),

  mend: () => [],
};
