import type { Database } from 'better-sqlite3';
import { mendable, remark } from '../../defect.ts';
import { missingIndices } from '../schema.ts';
import type { Check } from './check.ts';

/** Parts of the schema that Optuna does not make, or that are missing: indices, triggers and views. */
export const foreignSchema: Check = {
  look: (db) => [
    ...missingIndices(db).map(({ name }) => {
      return mendable('missing-index', null, `The index ${name} is missing; reading large studies takes longer.`);
    }),
    ...foreignParts(db).map(([type, name]) => {
      const does = type === 'trigger' ? 'changes data by itself at each write of any program' : 'is not used by hpo';
      const message = `The database has a ${type} '${name}' that is not Optuna's; it ${does}.`;
      return remark('foreign-schema', null, message, `if nobody knows it: DROP ${type.toUpperCase()} in sqlite3`);
    }),
  ],

  mend: (db) =>
    missingIndices(db).map(({ name, statement }) => {
      db.exec(statement);
      return `made the index ${name}`;
    }),
};

function foreignParts(db: Database): readonly (readonly [type: string, name: string])[] {
  return db
    .prepare<[], [string, string]>(
      "SELECT type, substr(name, 1, 200) FROM sqlite_master WHERE type IN ('trigger', 'view') ORDER BY name",
    )
    .raw()
    .all();
}
