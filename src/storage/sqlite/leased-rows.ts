import type { Database, Statement } from 'better-sqlite3';
import type { Attributes, TrialState } from '../../trial/frozen-trial.ts';
import { METRICS_PREFIX } from '../../trial/reported-metrics.ts';
import { ATTEMPT_KEY, LEASE_KEY } from '../lease.ts';
import type { LeasedTrial } from '../lease-checks.ts';
import { LenientReading } from '../optuna-rows/unreadable.ts';
import { boundedColumn } from './bounded-column.ts';

type AttributeJson = [key: string, json: string];

/** The part of a trial that a write to it is checked against, with the trial's study. */
export interface StoredLease extends LeasedTrial {
  readonly studyId: number;
}

/** Reads just enough of trials to check leases and to write to them. To be used within a transaction. */
export class LeasedRows {
  readonly #trial: Statement<[number], [studyId: number, number: number | null, state: TrialState]>;
  readonly #attrs: Statement<[number], AttributeJson>;
  readonly #metrics: Statement<[number, string, string], AttributeJson>;

  constructor(db: Database) {
    this.#trial = db
      .prepare<[number], [number, number | null, TrialState]>(
        `SELECT study_id, number, ${boundedColumn('state')} FROM trials WHERE trial_id = ?`,
      )
      .raw();
    this.#attrs = db
      .prepare<[number], AttributeJson>(
        `SELECT "key", ${boundedColumn('value_json')} FROM trial_system_attributes
         WHERE trial_id = ? AND "key" IN ('${LEASE_KEY}', '${ATTEMPT_KEY}')`,
      )
      .raw();
    this.#metrics = db
      .prepare<[number, string, string], AttributeJson>(
        `SELECT ${boundedColumn('"key"')}, ${boundedColumn('value_json')} FROM trial_system_attributes
         WHERE trial_id = ? AND "key" >= ? AND "key" <= ?`,
      )
      .raw();
  }

  /** The part of a trial that leases are checked against; undefined if there is no such trial. */
  read(trialId: number): StoredLease | undefined {
    const row = this.#trial.get(trialId);
    if (row === undefined) return undefined;
    const [studyId, number, state] = row;
    // A lease that cannot be read counts as none.
    const systemAttrs = new LenientReading().attributes(this.#attrs.all(trialId));
    return { studyId, number: number ?? 0, state, systemAttrs };
  }

  /** The attributes that hold a trial's metrics: all of them, or the one of a key. */
  metrics(trialId: number, key?: string): Attributes {
    const rows = this.#metrics.all(trialId, key ?? METRICS_PREFIX, key ?? `${METRICS_PREFIX}~`);
    return new LenientReading().attributes(rows);
  }
}
