import type { Database, Statement } from 'better-sqlite3';
import type { Distribution } from '../../space/distribution.ts';
import { distributionToJson } from '../../space/distribution-json.ts';
import type { Attributes, TrialState } from '../../trial/frozen-trial.ts';
import { attributeToJson } from '../optuna-rows/attribute-json.ts';
import { formatDatetime } from '../optuna-rows/datetime.ts';
import { TRIAL_TABLES } from '../optuna-rows/schema.ts';
import { toStoredNumber } from '../optuna-rows/stored-number.ts';
import type { AttributeScope, SuggestedParam } from '../storage.ts';

type State = [state: TrialState, startedAt: string | null, completedAt: string | null];

/** Writes the rows of trials. To be used within a transaction that holds the write lock. */
export class TrialWrites {
  readonly #insert: Statement<[number, number, ...State]>;
  readonly #start: Statement<[string, number]>;
  readonly #finish: Statement<[TrialState, string, number]>;
  readonly #requeue: Statement<[number]>;
  readonly #param: Statement<[number, string, number, string]>;
  readonly #value: Statement<[number, number, number | null, string]>;
  readonly #intermediate: Statement<[number, number, number | null, string]>;
  readonly #dropIntermediate: Statement<[number, number]>;
  readonly #dropHeartbeat: Statement<[number]>;
  readonly #attr: Readonly<Record<AttributeScope, Statement<[number, string, string]>>>;
  readonly #dropAttr: Statement<[number, string]>;
  readonly #fail: Statement<[{ readonly id: number; readonly now: string }]>;
  readonly #erasures: readonly Statement<[number]>[];
  /** The JSON of distributions, which a study's trials share. */
  readonly #jsonOf = new WeakMap<Distribution, string>();

  constructor(db: Database) {
    this.#insert = db.prepare(
      'INSERT INTO trials (number, study_id, state, datetime_start, datetime_complete) VALUES (?, ?, ?, ?, ?)',
    );
    this.#start = db.prepare("UPDATE trials SET state = 'RUNNING', datetime_start = ? WHERE trial_id = ?");
    this.#finish = db.prepare('UPDATE trials SET state = ?, datetime_complete = ? WHERE trial_id = ?');
    this.#requeue = db.prepare("UPDATE trials SET state = 'WAITING', datetime_start = NULL WHERE trial_id = ?");
    this.#param = db.prepare(
      `INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json) VALUES (?, ?, ?, ?)
       ON CONFLICT (trial_id, param_name)
       DO UPDATE SET param_value = excluded.param_value, distribution_json = excluded.distribution_json`,
    );
    this.#value = db.prepare(
      `INSERT INTO trial_values (trial_id, objective, value, value_type) VALUES (?, ?, ?, ?)
       ON CONFLICT (trial_id, objective) DO UPDATE SET value = excluded.value, value_type = excluded.value_type`,
    );
    this.#intermediate = db.prepare(
      `INSERT INTO trial_intermediate_values (trial_id, step, intermediate_value, intermediate_value_type)
       VALUES (?, ?, ?, ?) ON CONFLICT (trial_id, step) DO NOTHING`,
    );
    this.#dropIntermediate = db.prepare('DELETE FROM trial_intermediate_values WHERE trial_id = ? AND step > ?');
    this.#dropHeartbeat = db.prepare('DELETE FROM trial_heartbeats WHERE trial_id = ?');
    const attr = (scope: AttributeScope) =>
      db.prepare<[number, string, string]>(
        `INSERT INTO trial_${scope}_attributes (trial_id, "key", value_json) VALUES (?, ?, ?)
         ON CONFLICT (trial_id, "key") DO UPDATE SET value_json = excluded.value_json`,
      );
    this.#attr = { user: attr('user'), system: attr('system') };
    this.#fail = db.prepare(
      `UPDATE trials SET state = 'FAIL', datetime_start = COALESCE(datetime_start, :now),
       datetime_complete = COALESCE(datetime_complete, :now) WHERE trial_id = :id`,
    );
    this.#erasures = TRIAL_TABLES.map((table) => db.prepare(`DELETE FROM ${table} WHERE trial_id = ?`));
    this.#dropAttr = db.prepare('DELETE FROM trial_system_attributes WHERE trial_id = ? AND "key" = ?');
  }

  /** Adds a trial and returns its id. */
  insert(studyId: number, number: number, state: TrialState, startedAt: Date | null, completedAt: Date | null): number {
    const started = startedAt && formatDatetime(startedAt);
    const completed = completedAt && formatDatetime(completedAt);
    return Number(this.#insert.run(number, studyId, state, started, completed).lastInsertRowid);
  }

  start(trialId: number, startedAt: Date): void {
    this.#start.run(formatDatetime(startedAt), trialId);
  }

  finish(trialId: number, state: TrialState, completedAt: Date): void {
    this.#finish.run(state, formatDatetime(completedAt), trialId);
  }

  requeue(trialId: number, keepReportsTo: number | null): void {
    this.#dropIntermediate.run(trialId, keepReportsTo ?? Number.MIN_SAFE_INTEGER);
    this.#dropHeartbeat.run(trialId); // else Optuna would think that the next run's heart has stopped
    this.#requeue.run(trialId);
  }

  /** Removes all that belongs to a trial, and gives it the state FAIL. */
  erase(trialId: number, now: Date): void {
    for (const erasure of this.#erasures) erasure.run(trialId);
    this.#fail.run({ id: trialId, now: formatDatetime(now) });
  }

  params(trialId: number, params: readonly SuggestedParam[]): void {
    for (const { name, value, distribution } of params) {
      this.#param.run(trialId, name, distribution.toInternal(value), this.#json(distribution));
    }
  }

  values(trialId: number, values: readonly number[]): void {
    for (const [objective, value] of values.entries()) this.#value.run(trialId, objective, ...toStoredNumber(value));
  }

  /** Stores a report. @returns false if there is a report of this step already, which stays. */
  intermediateValue(trialId: number, step: number, value: number): boolean {
    return this.#intermediate.run(trialId, step, ...toStoredNumber(value)).changes === 1;
  }

  attrs(trialId: number, scope: AttributeScope, attributes: Attributes): void {
    for (const [key, value] of Object.entries(attributes)) {
      this.#attr[scope].run(trialId, key, attributeToJson(key, value));
    }
  }

  /** Sets system attributes, and removes those that are null. */
  replaceSystemAttrs(trialId: number, attributes: Attributes): void {
    for (const [key, value] of Object.entries(attributes)) {
      if (value === null) this.#dropAttr.run(trialId, key);
      else this.attrs(trialId, 'system', { [key]: value });
    }
  }

  #json(distribution: Distribution): string {
    const known = this.#jsonOf.get(distribution);
    if (known !== undefined) return known;
    const json = distributionToJson(distribution);
    this.#jsonOf.set(distribution, json);
    return json;
  }
}
