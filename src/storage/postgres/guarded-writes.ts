import { ownValue } from '../../base/own-value.ts';
import type { Attributes, FinishedState, FrozenTrial } from '../../trial/frozen-trial.ts';
import { addedMetrics, METRICS_PREFIX, type Metrics } from '../../trial/reported-metrics.ts';
import { ATTEMPT_KEY, LEASE_KEY, type Lease } from '../lease.ts';
import { attributeToJson } from '../optuna-rows/attribute-json.ts';
import { formatDatetime } from '../optuna-rows/datetime.ts';
import type { AttributeScope, SuggestedParam } from '../storage.ts';
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
  /** The beginning of the lease, which tells whose it is, and in which attempt. */
  lease: string | null,
  attempt: string | null,
  token: string,
];

/**
 * The guard of writes under a lease, for a trial as it is known to be.
 * @returns undefined for a study that has no token.
 */
export function guardOf({ study, trialId, counter }: Lease, { systemAttrs }: FrozenTrial): Guard | undefined {
  if (study.token === undefined) return undefined;
  const text = (key: string): string | null => {
    const value = systemAttrs[key];
    return value === undefined ? null : attributeToJson(key, value);
  };
  const held = text(LEASE_KEY);
  return [trialId, study.id, counter === undefined ? holding(held) : held, text(ATTEMPT_KEY), tokenText(study.token)];
}

/** The JSON of a lease before its counter, which a renewal on its way may have moved. */
function holding(lease: string | null): string | null {
  const at = lease?.search(/"counter": ?\d/) ?? -1;
  return lease === null || at < 0 ? lease : lease.slice(0, at);
}

const attribute = (key: string) =>
  `(SELECT value_json FROM trial_system_attributes WHERE trial_id = $1 AND "key" = '${key}')`;

/** A lease that is renewed. */
export interface Renewal {
  readonly guard: Guard;
  /** The lease as it is known to be. */
  readonly held: Attributes[string];
  /** The lease as it is then. */
  readonly lease: Attributes[string];
}

/** The conditions of a {@link Guard}, the first five parameters, on a row of `trials`. */
const GUARDED = `trial_id = $1 AND study_id = $2 AND state = 'RUNNING'
  AND COALESCE(starts_with(${attribute(LEASE_KEY)}, $3::text), ${attribute(LEASE_KEY)} IS NULL AND $3::text IS NULL)
  AND ${attribute(ATTEMPT_KEY)} IS NOT DISTINCT FROM $4 AND ${hasToken('$2', '$5')}`;

const HELD = `SELECT trial_id FROM trials WHERE ${GUARDED}`;

/** SQL that sets system attributes of the trial in `held`, by parameters with their keys and their JSON. */
export const setAttributes = (keys: string, json: string) =>
  attributesSql('trial', 'system', { id: 'trial_id', from: 'held' }, keys, json);

const REPORT = `WITH held AS (INSERT INTO trial_intermediate_values
    (trial_id, step, intermediate_value, intermediate_value_type)
    SELECT trial_id, $6::int, $7::float8, $8::trialintermediatevaluetype FROM trials WHERE ${GUARDED}
    ON CONFLICT (trial_id, step) DO NOTHING RETURNING trial_id)
  SELECT trial_id FROM held`;

/** A report and its metrics: the key and the new JSON of the attribute that has them, and its JSON as it is known. */
const REPORT_WITH_METRICS = `WITH held AS (INSERT INTO trial_intermediate_values
    (trial_id, step, intermediate_value, intermediate_value_type)
    SELECT trial_id, $6::int, $7::float8, $8::trialintermediatevaluetype FROM trials WHERE ${GUARDED}
    AND (SELECT value_json FROM trial_system_attributes WHERE trial_id = $1 AND "key" = ANY($9::text[]))
      IS NOT DISTINCT FROM $11::text
    ON CONFLICT (trial_id, step) DO NOTHING RETURNING trial_id),
  attrs AS (${setAttributes('$9', '$10')})
  SELECT trial_id FROM held`;

/** @param where a further condition. */
const PARAMS = (where = '') => `WITH held AS (${HELD}
    AND NOT EXISTS (SELECT 1 FROM trial_params WHERE trial_id = $1 AND param_name = ANY($6::text[]))${where}),
  params AS (INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json)
    SELECT trial_id, name, value, json
    FROM held, unnest($6::text[], $7::float8[], $8::text[]) WITH ORDINALITY AS given (name, value, json, at) ORDER BY at),
  attrs AS (${setAttributes('$9', '$10')})
  SELECT trial_id FROM held`;

const KNOWN_PARAMS = PARAMS();

/** Of some names the study has no parameter with another distribution. */
const NEW_PARAMS = PARAMS(`
    AND NOT EXISTS (SELECT 1 FROM unnest($6::text[], $8::text[]) AS fresh (name, json) CROSS JOIN LATERAL (
      SELECT distribution_json FROM trials JOIN trial_params USING (trial_id)
      WHERE study_id = $2 AND param_name = fresh.name LIMIT 1) AS stored
      WHERE fresh.name = ANY($11::text[]) AND stored.distribution_json <> fresh.json)`);

/** Attributes whose JSON is as it is known, null where there is none. */
const ATTRS = (scope: AttributeScope) => `WITH held AS (${HELD}
    AND NOT EXISTS (SELECT 1 FROM unnest($6::text[], $8::text[]) AS known (name, json)
      LEFT JOIN trial_${scope}_attributes AS stored ON stored.trial_id = $1 AND stored."key" = known.name
      WHERE stored.value_json IS DISTINCT FROM known.json)),
  attrs AS (${attributesSql('trial', scope, { id: 'trial_id', from: 'held' }, '$6', '$7')})
  SELECT trial_id FROM held`;

/** The metrics of a trial, as one text. */
const METRICS_TEXT = `(SELECT COALESCE(string_agg("key" || value_json, ' ' ORDER BY "key" COLLATE "C"), '')
  FROM trial_system_attributes WHERE trial_id = $1 AND starts_with("key", '${METRICS_PREFIX}'))`;

const REQUEUE = `WITH held AS (UPDATE trials SET state = 'WAITING', datetime_start = NULL
    WHERE ${GUARDED} AND ${METRICS_TEXT} = $6::text RETURNING trial_id),
  reports AS (DELETE FROM trial_intermediate_values AS report USING held
    WHERE report.trial_id = held.trial_id AND ($7::int IS NULL OR step > $7)),
  heartbeats AS (DELETE FROM trial_heartbeats AS heartbeat USING held WHERE heartbeat.trial_id = held.trial_id),
  removed AS (DELETE FROM trial_system_attributes AS attribute USING held
    WHERE attribute.trial_id = held.trial_id AND "key" = ANY($8::text[])),
  attrs AS (${setAttributes('$9', '$10')})
  SELECT trial_id FROM held`;

/**
 * Renews leases: their trials, the trials' studies, the leases as they are, their attempts,
 * the tokens, the new leases, and whether these may stand there already.
 */
const RENEW = `UPDATE trial_system_attributes AS attribute SET value_json = given.renewed
  FROM unnest($1::int[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[])
    AS given (id, study, held, attempt, token, renewed)
  JOIN trials ON trials.trial_id = given.id AND trials.study_id = given.study AND trials.state = 'RUNNING'
  WHERE attribute.trial_id = given.id AND attribute."key" = '${LEASE_KEY}'
  AND (attribute.value_json = given.held OR $7::boolean AND attribute.value_json = given.renewed)
  AND (SELECT value_json FROM trial_system_attributes WHERE trial_id = given.id AND "key" = '${ATTEMPT_KEY}')
    IS NOT DISTINCT FROM given.attempt
  AND ${hasToken('given.study', 'given.token')}
  RETURNING attribute.trial_id`;

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
 * time: each states what it replaces.
 */
export const guardedWrites = {
  /** Stores a report at a step that has none, and its metrics. @param known the trial's system attributes. */
  report(
    session: Session,
    guard: Guard,
    step: number,
    value: number,
    known: Attributes,
    metrics: Metrics,
  ): Promise<boolean> {
    const [[stored = null], [type = null]] = numberColumns([value]);
    const added = addedMetrics(known, step, metrics);
    const [key] = Object.keys(added);
    if (key === undefined) return write(session, guard, REPORT, step, stored, type);
    const before = known[key];
    const json = before === undefined ? null : attributeToJson(key, before);
    return write(session, guard, REPORT_WITH_METRICS, step, stored, type, ...attributeColumns(added), json);
  },

  /** Adds parameters of known distributions, of which the trial has none yet. */
  params(session: Session, guard: Guard, params: readonly SuggestedParam[], systemAttrs: Attributes): Promise<boolean> {
    return write(session, guard, KNOWN_PARAMS, ...paramColumns(params), ...attributeColumns(systemAttrs));
  },

  /** Adds parameters as {@link params} does, some of which may be the first of their names; the study is locked. */
  newParams(
    session: Session,
    guard: Guard,
    params: readonly SuggestedParam[],
    systemAttrs: Attributes,
    names: readonly string[],
  ): Promise<boolean> {
    return write(session, guard, NEW_PARAMS, ...paramColumns(params), ...attributeColumns(systemAttrs), names);
  },

  /** Sets attributes. @param known those of the trial of this scope. */
  attrs(
    session: Session,
    guard: Guard,
    scope: AttributeScope,
    known: Attributes,
    attributes: Attributes,
  ): Promise<boolean> {
    const before = Object.keys(attributes).map((key) => {
      const value = ownValue(known, key);
      return value === undefined ? null : attributeToJson(key, value);
    });
    return write(session, guard, ATTRS(scope), ...attributeColumns(attributes), before);
  },

  /**
   * Sets the trial back to WAITING.
   * @param known its system attributes, which show its metrics.
   * @param change those that change; null for those that are removed.
   * @param keptTo the last step whose report is kept; null for none.
   */
  requeue(
    session: Session,
    guard: Guard,
    known: Attributes,
    change: Attributes,
    keptTo: number | null,
  ): Promise<boolean> {
    const metrics = Object.entries(known).filter(([key]) => key.startsWith(METRICS_PREFIX));
    metrics.sort(([a], [b]) => (a < b ? -1 : 1));
    const texts = metrics.map(([key, value]) => `${key}${attributeToJson(key, value)}`);
    const removed = Object.keys(change).filter((key) => change[key] === null);
    const set = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== null));
    return write(session, guard, REQUEUE, texts.join(' '), keptTo, removed, ...attributeColumns(set));
  },

  /**
   * Renews the leases of trials.
   * @param isAgain whether that may have been done already.
   * @returns the ids of those that stand as their guards say.
   */
  async renew(session: Session, renewals: readonly Renewal[], isAgain: boolean): Promise<readonly number[]> {
    const guards = renewals.map(({ guard }) => guard);
    const [, rows] = await Promise.all([
      trialWrites.lockAll(
        session,
        guards.map(([id]) => id),
      ),
      session.rows<[number]>(
        RENEW,
        guards.map(([id]) => id),
        guards.map(([, study]) => study),
        renewals.map(({ held }) => attributeToJson(LEASE_KEY, held)),
        guards.map(([, , , attempt]) => attempt),
        guards.map(([, , , , token]) => token),
        renewals.map(({ lease }) => attributeToJson(LEASE_KEY, lease)),
        isAgain,
      ),
    ]);
    return rows.map(([id]) => id);
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
