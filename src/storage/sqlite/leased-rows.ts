import type { Database, Statement } from 'better-sqlite3';
import type { TrialState } from '../../trial/frozen-trial.ts';
import { ATTEMPT_KEY, LEASE_KEY } from '../lease.ts';
import type { LeasedTrial } from '../lease-checks.ts';
import { LenientReading } from '../optuna-rows/unreadable.ts';

/** The part of a trial that a write to it is checked against, with the trial's study. */
export interface StoredLease extends LeasedTrial {
  readonly studyId: number;
}

/** Reads just enough of trials to check leases. To be used within a transaction. */
export class LeasedRows {
  readonly #trial: Statement<[number], [studyId: number, number: number | null, state: TrialState]>;
  readonly #attrs: Statement<[number], [key: string, json: string]>;

  constructor(db: Database) {
    this.#trial = db
      .prepare<[number], [number, number | null, TrialState]>(
        'SELECT study_id, number, state FROM trials WHERE trial_id = ?',
      )
      .raw();
    this.#attrs = db
      .prepare<[number], [string, string]>(
        `SELECT "key", value_json FROM trial_system_attributes
         WHERE trial_id = ? AND "key" IN ('${LEASE_KEY}', '${ATTEMPT_KEY}')`,
      )
      .raw();
  }

  /** Undefined if there is no such trial. */
  read(trialId: number): StoredLease | undefined {
    const row = this.#trial.get(trialId);
    if (row === undefined) return undefined;
    const [studyId, number, state] = row;
    // Without a lease that can be read it stands under none.
    const systemAttrs = new LenientReading().attributes(this.#attrs.all(trialId));
    return { studyId, number: number ?? 0, state, systemAttrs };
  }
}
