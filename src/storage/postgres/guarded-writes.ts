import type { Attributes, FinishedState, FrozenTrial } from '../../trial/frozen-trial.ts';
import { ATTEMPT_KEY, LEASE_KEY, type Lease } from '../lease.ts';
import { attributeToJson } from '../optuna-rows/attribute-json.ts';
import { formatDatetime } from '../optuna-rows/datetime.ts';
import type { SuggestedParam } from '../storage.ts';
import { attributeColumns, attributesSql } from './attribute-writes.ts';
import type { Session, SqlValue } from './session.ts';
import { hasToken, tokenText } from './study-rows.ts';
import { numberColumns, paramColumns, trialWrites, valuesSql } from './trial-writes.ts';

/**
 * The texts by which the row of a trial is known to stand under a lease: SQL compares them with those that are stored,
 * and need not understand these.
 */
export type Guard = readonly [
  trialId: number,
  studyId: number,
  lease: string | null,
  attempt: string | null,
  token: string,
];

/**
 * The guard of writes under a lease, for a trial as it is known to be.
 * @returns undefined for a study that has no token.
 */
export function guardOf({ study, trialId }: Lease, { systemAttrs }: FrozenTrial): Guard | undefined {
  if (study.token === undefined) return undefined;
  const text = (key: string) => {
    const value = systemAttrs[key];
    return value === undefined ? null : attributeToJson(key, value);
  };
  return [trialId, study.id, text(LEASE_KEY), text(ATTEMPT_KEY), tokenText(study.token)];
}

const attribute = (key: string) =>
  `(SELECT value_json FROM trial_system_attributes WHERE trial_id = $1 AND "key" = '${key}')`;

/** The conditions of a {@link Guard}, the first five parameters, on a row of `trials`. */
const GUARDED = `trial_id = $1 AND study_id = $2 AND state = 'RUNNING'
  AND ${attribute(LEASE_KEY)} IS NOT DISTINCT FROM $3 AND ${attribute(ATTEMPT_KEY)} IS NOT DISTINCT FROM $4
  AND ${hasToken('$2', '$5')}`;

const HELD = `SELECT trial_id FROM trials WHERE ${GUARDED}`;

/** SQL that sets system attributes of the trial in `held`, by parameters with their keys and their JSON. */
export const setAttributes = (keys: string, json: string) =>
  attributesSql('trial', 'system', { id: 'trial_id', from: 'held' }, keys, json);

const REPORT = `WITH held AS (INSERT INTO trial_intermediate_values
    (trial_id, step, intermediate_value, intermediate_value_type)
    SELECT trial_id, $6::int, $7::float8, $8::trialintermediatevaluetype FROM trials WHERE ${GUARDED}
    ON CONFLICT (trial_id, step) DO NOTHING RETURNING trial_id)
  SELECT trial_id FROM held`;

const PARAMS = `WITH held AS (${HELD}
    AND NOT EXISTS (SELECT 1 FROM trial_params WHERE trial_id = $1 AND param_name = ANY($6::text[]))),
  params AS (INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json)
    SELECT trial_id, name, value, json
    FROM held, unnest($6::text[], $7::float8[], $8::text[]) WITH ORDINALITY AS given (name, value, json, at) ORDER BY at),
  attrs AS (${setAttributes('$9', '$10')})
  SELECT trial_id FROM held`;

const FINISH = `WITH held AS (UPDATE trials SET state = $6::trialstate, datetime_complete = $7::timestamp
    WHERE ${GUARDED} RETURNING trial_id),
  results AS (${valuesSql({ id: 'trial_id', from: 'held' }, '$8', '$9')}),
  attrs AS (${setAttributes('$10', '$11')})
  SELECT trial_id FROM held`;

/**
 * Writes to a trial that are said at once, its lock, its checks and the write itself, so that they take one round trip
 * with the beginning and the end of their transaction. Each resolves to false, with nothing written, where the trial
 * does not stand as its guard says, or has what is to be added: then it must be read to see why.
 *
 * Sent twice, as over a connection that was given up and is heard once more, none of them changes anything the second
 * time.
 */
export const guardedWrites = {
  /** Stores a report at a step that has none. */
  report(session: Session, guard: Guard, step: number, value: number): Promise<boolean> {
    const [[stored = null], [type = null]] = numberColumns([value]);
    return write(session, guard, REPORT, step, stored, type);
  },

  /** Adds parameters, of which the trial has none yet. */
  params(session: Session, guard: Guard, params: readonly SuggestedParam[], systemAttrs: Attributes): Promise<boolean> {
    return write(session, guard, PARAMS, ...paramColumns(params), ...attributeColumns(systemAttrs));
  },

  /** Finishes the trial. */
  finish(
    session: Session,
    guard: Guard,
    state: FinishedState,
    completedAt: Date,
    values: readonly number[],
    systemAttrs: Attributes,
  ): Promise<boolean> {
    const columns = [...numberColumns(values), ...attributeColumns(systemAttrs)];
    return write(session, guard, FINISH, state, formatDatetime(completedAt), ...columns);
  },
};

/** Two statements: what a single one reads may be older than its lock. */
async function write(session: Session, guard: Guard, sql: string, ...values: readonly SqlValue[]): Promise<boolean> {
  const [, rows] = await Promise.all([trialWrites.lock(session, guard[0]), session.rows(sql, ...guard, ...values)]);
  return rows.length > 0;
}
