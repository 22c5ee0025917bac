import type { Distribution } from '../../space/distribution.ts';
import { distributionToJson } from '../../space/distribution-json.ts';
import type { Attributes, TrialState } from '../../trial/frozen-trial.ts';
import { attributeToJson } from '../optuna-rows/attribute-json.ts';
import { formatDatetime } from '../optuna-rows/datetime.ts';
import { TRIAL_TABLES } from '../optuna-rows/schema.ts';
import { toStoredNumber } from '../optuna-rows/stored-number.ts';
import type { AttributeScope, SuggestedParam } from '../storage.ts';
import { type OwnerSql, writeAttributes } from './attribute-writes.ts';
import type { Session } from './session.ts';

/** The row of a new trial. */
export interface NewTrialRow {
  readonly id: number;
  readonly studyId: number;
  readonly number: number;
  readonly state: TrialState;
  readonly startedAt: Date | null;
  readonly completedAt: Date | null;
}

/** The JSON of distributions, which a study's trials share. */
const jsonOf = new WeakMap<Distribution, string>();

/** Writes the rows of trials. To be used within a transaction that holds the lock of the trial, or of its study. */
export const trialWrites = {
  /** Locks a trial until the end of the transaction. */
  async lock(session: Session, trialId: number): Promise<void> {
    await session.locked('SELECT txid_current() FROM trials WHERE trial_id = $1 FOR NO KEY UPDATE', trialId);
  },

  /** Locks trials until the end of the transaction, in the order of their ids. */
  async lockAll(session: Session, trialIds: readonly number[]): Promise<void> {
    await session.locked(
      'SELECT txid_current() FROM trials WHERE trial_id = ANY($1::int[]) ORDER BY trial_id FOR NO KEY UPDATE',
      trialIds,
    );
  },

  insert(session: Session, { id, studyId, number, state, startedAt, completedAt }: NewTrialRow): void {
    session.mark('trials', id);
    session.run(
      `INSERT INTO trials (trial_id, number, study_id, state, datetime_start, datetime_complete)
       VALUES ($1, $2, $3, $4::trialstate, $5::timestamp, $6::timestamp)`,
      id,
      number,
      studyId,
      state,
      startedAt && formatDatetime(startedAt),
      completedAt && formatDatetime(completedAt),
    );
  },

  start(session: Session, trialId: number, startedAt: Date): void {
    session.mark('trials', trialId);
    session.run(
      "UPDATE trials SET state = 'RUNNING', datetime_start = $2::timestamp WHERE trial_id = $1",
      trialId,
      formatDatetime(startedAt),
    );
  },

  finish(session: Session, trialId: number, state: TrialState, completedAt: Date): void {
    session.mark('trials', trialId);
    session.run(
      'UPDATE trials SET state = $2::trialstate, datetime_complete = $3::timestamp WHERE trial_id = $1',
      trialId,
      state,
      formatDatetime(completedAt),
    );
  },

  requeue(session: Session, trialId: number, keepReportsTo: number | null): void {
    session.mark('trials', trialId);
    session.run(
      'DELETE FROM trial_intermediate_values WHERE trial_id = $1 AND ($2::int IS NULL OR step > $2)',
      trialId,
      keepReportsTo,
    );
    // Else Optuna would think that the next run's heart has stopped.
    session.run('DELETE FROM trial_heartbeats WHERE trial_id = $1', trialId);
    session.run("UPDATE trials SET state = 'WAITING', datetime_start = NULL WHERE trial_id = $1", trialId);
  },

  /** Removes all that belongs to a trial, and gives it the state FAIL. */
  erase(session: Session, trialId: number, now: Date): void {
    session.mark('trials', trialId);
    for (const table of TRIAL_TABLES) session.run(`DELETE FROM ${table} WHERE trial_id = $1`, trialId);
    session.run(
      `UPDATE trials SET state = 'FAIL', datetime_start = COALESCE(datetime_start, $2::timestamp),
       datetime_complete = COALESCE(datetime_complete, $2::timestamp) WHERE trial_id = $1`,
      trialId,
      formatDatetime(now),
    );
  },

  params(session: Session, trialId: number, params: readonly SuggestedParam[]): void {
    if (params.length === 0) return;
    session.mark('trial_params', trialId, 'param_name', params[0]?.name);
    session.run(
      `INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json)
       SELECT $1, name, value, json
       FROM unnest($2::text[], $3::float8[], $4::text[]) WITH ORDINALITY AS given (name, value, json, at) ORDER BY at
       ON CONFLICT (trial_id, param_name)
       DO UPDATE SET param_value = excluded.param_value, distribution_json = excluded.distribution_json`,
      trialId,
      ...paramColumns(params),
    );
  },

  values(session: Session, trialId: number, values: readonly number[]): void {
    if (values.length === 0) return;
    session.mark('trial_values', trialId, 'objective', 0);
    session.run(valuesSql({ id: '$1' }, '$2', '$3'), trialId, ...numberColumns(values));
  },

  /** Stores reports. One at a step that has a report already is left out. */
  intermediateValues(
    session: Session,
    trialId: number,
    reports: Iterable<readonly [step: number, value: number]>,
  ): void {
    const steps = [...reports];
    if (steps.length === 0) return;
    session.mark('trial_intermediate_values', trialId, 'step', steps[0]?.[0]);
    session.run(
      `INSERT INTO trial_intermediate_values (trial_id, step, intermediate_value, intermediate_value_type)
       SELECT $1, step, value, type::trialintermediatevaluetype
       FROM unnest($2::int[], $3::float8[], $4::text[]) AS given (step, value, type)
       ON CONFLICT (trial_id, step) DO NOTHING`,
      trialId,
      steps.map(([step]) => step),
      ...numberColumns(steps.map(([, value]) => value)),
    );
  },

  attrs(session: Session, trialId: number, scope: AttributeScope, attributes: Attributes): void {
    writeAttributes(session, 'trial', trialId, scope, attributes);
  },

  /** Sets one system attribute of each of several trials. */
  attrOfEach(session: Session, key: string, values: ReadonlyMap<number, Attributes[string]>): void {
    if (values.size === 0) return;
    for (const id of values.keys()) session.mark('trial_system_attributes', id, '"key"', key);
    session.run(
      `INSERT INTO trial_system_attributes (trial_id, "key", value_json)
       SELECT id, $1, json FROM unnest($2::int[], $3::text[]) AS given (id, json)
       ON CONFLICT (trial_id, "key") DO UPDATE SET value_json = excluded.value_json`,
      key,
      [...values.keys()],
      [...values.values()].map((value) => attributeToJson(key, value)),
    );
  },

  /** Sets system attributes, and removes those that are null. */
  replaceSystemAttrs(session: Session, trialId: number, attributes: Attributes): void {
    const entries = Object.entries(attributes);
    const removed = entries.flatMap(([key, value]) => (value === null ? [key] : []));
    session.run(
      'DELETE FROM trial_system_attributes WHERE trial_id = $1 AND "key" = ANY($2::text[])',
      trialId,
      removed,
    );
    const set = entries.filter(([, value]) => value !== null);
    trialWrites.attrs(session, trialId, 'system', Object.fromEntries(set));
  },
};

/** The names of parameters, their values and the JSON of their distributions; of equal names the last one. */
export function paramColumns(
  params: readonly SuggestedParam[],
): readonly [names: readonly string[], values: readonly number[], json: readonly string[]] {
  const each = [...new Map(params.map((param) => [param.name, param])).values()];
  return [
    each.map(({ name }) => name),
    each.map(({ value, distribution }) => distribution.toInternal(value) + 0),
    each.map(({ distribution }) => json(distribution)),
  ];
}

/** SQL that sets the values of a trial, by parameters with the two arrays of {@link numberColumns}. */
export function valuesSql({ id, from }: OwnerSql, values: string, types: string): string {
  return `INSERT INTO trial_values (trial_id, objective, value, value_type)
    SELECT ${id}, at - 1, value, type::trialvaluetype
    FROM ${from === undefined ? '' : `${from}, `}unnest(${values}::float8[], ${types}::text[])
    WITH ORDINALITY AS given (value, type, at) ORDER BY at
    ON CONFLICT (trial_id, objective) DO UPDATE SET value = excluded.value, value_type = excluded.value_type`;
}

/** Numbers and their types, as Optuna stores them. */
export function numberColumns(
  values: readonly number[],
): readonly [values: readonly (number | null)[], types: readonly string[]] {
  const stored = values.map(toStoredNumber);
  return [stored.map(([value]) => value && value + 0), stored.map(([, type]) => type)];
}

function json(distribution: Distribution): string {
  const known = jsonOf.get(distribution);
  if (known !== undefined) return known;
  const text = distributionToJson(distribution);
  jsonOf.set(distribution, text);
  return text;
}
