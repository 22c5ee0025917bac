import type { Database } from 'better-sqlite3';

/** Notes with a trial why it has failed, as `hpo:error`, in place of an earlier reason. */
export function setFailure(db: Database, trialId: number, message: string): void {
  db.prepare(
    `INSERT INTO trial_system_attributes (trial_id, "key", value_json) VALUES (?, 'hpo:error', ?)
     ON CONFLICT (trial_id, "key") DO UPDATE SET value_json = excluded.value_json`,
  ).run(trialId, JSON.stringify({ name: 'Repaired', message: `${message} hpo repair has made it FAIL.` }));
}
