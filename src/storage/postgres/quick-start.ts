import type { JsonValue } from '../../base/json.ts';
import type { Attributes, FrozenTrial } from '../../trial/frozen-trial.ts';
import { ATTEMPT_KEY, LEASE_KEY, newLease } from '../lease.ts';
import { attributeToJson } from '../optuna-rows/attribute-json.ts';
import { formatDatetime } from '../optuna-rows/datetime.ts';
import type { SeenTrials } from '../optuna-rows/seen-trials.ts';
import type { TrialStart } from '../storage.ts';
import type { StudyRef } from '../study-ref.ts';
import { newTrial } from '../trial-edits.ts';
import type { AtOnce } from './at-once.ts';
import { attributeColumns } from './attribute-writes.ts';
import { setAttributes } from './guarded-writes.ts';
import { hasToken, STUDY_LOCK, tokenText } from './study-rows.ts';

/**
 * What a start has come to: a new trial; the id of one that waited, or was started when nobody heard of it, which must
 * be read; or nothing, where there was nothing to start, or it must be seen what else there is.
 */
export type QuickStarted = { readonly trial: FrozenTrial } | { readonly id: number } | 'nothing';

/** The number of trials since the last look up to which they are counted without being read. */
const UNSEEN = 1000;

/** SQL for whether a row of some trials is finished, or runs under a lease. */
const isTaken = (trials: string) => `(${trials}.state NOT IN ('WAITING', 'RUNNING') OR ${trials}.state = 'RUNNING'
  AND EXISTS (SELECT 1 FROM trial_system_attributes AS attribute
    WHERE attribute.trial_id = ${trials}.trial_id AND attribute."key" = '${LEASE_KEY}'))`;

/**
 * The trial that this very start has started when nobody heard of it; its parameters are those of {@link START}.
 * @param among the SQL for whether a trial may be that.
 */
const EARLIER = (among: string) => `SELECT trial_id, number FROM trials JOIN trial_system_attributes USING (trial_id)
  WHERE (${among}) AND datetime_start = $5::timestamp
  AND "key" = '${LEASE_KEY}' AND starts_with(value_json, $11::text)`;

/** However many trials there are by now. */
const AMONG_ALL = 'study_id = $1 AND trial_id > $3 OR trial_id = ANY($8::int[])';
/** Without more work than the start itself takes. */
const AMONG_READ = 'trial_id = ANY(ARRAY(SELECT trial_id FROM fresh) || $8::int[])';

/**
 * Starts the first trial of a study that waits, or a new one, unless this very start has done so: the study, its token,
 * the last trial that was seen and their number, the time; the number of trials that may be taken, that of the first
 * new one that may not be; the trials that were not finished, those that are not to be started, the one that is wanted
 * alone; the JSON of the lease before and behind its attempt, and the attributes of a new trial.
 */
const START = (isAgain: boolean) => `WITH
  fresh AS (SELECT trial_id, state FROM trials WHERE study_id = $1 AND trial_id > $3 ORDER BY trial_id LIMIT ${UNSEEN}),
  earlier AS (${EARLIER(isAgain ? AMONG_ALL : AMONG_READ)}),
  counted AS (SELECT COUNT(*)::int AS unseen FROM fresh),
  allowed AS (SELECT $4::int + unseen AS next,
      CASE WHEN $10::int IS NOT NULL THEN (SELECT trial_id FROM trials
        WHERE trial_id = $10 AND study_id = $1 AND state = 'WAITING' AND trial_id <> ALL($9::int[]))
      ELSE (SELECT min(trial_id) FROM (
          SELECT trial_id FROM trials WHERE trial_id = ANY($8::int[]) AND state = 'WAITING'
          UNION ALL SELECT trial_id FROM fresh WHERE state = 'WAITING') AS waiting
        WHERE trial_id <> ALL($9::int[])) END AS waiting_id
    FROM counted WHERE unseen < ${UNSEEN} AND ${hasToken('$1', '$2')}
    AND NOT EXISTS (SELECT 1 FROM earlier)
    AND ($4::int + unseen < $6::int OR $4::int - cardinality($8::int[])
      + (SELECT COUNT(*) FROM trials WHERE trial_id = ANY($8::int[]) AND ${isTaken('trials')})
      + (SELECT COUNT(*) FROM fresh WHERE ${isTaken('fresh')}) < $6::int)),
  started AS (UPDATE trials SET state = 'RUNNING', datetime_start = $5::timestamp FROM allowed
    WHERE trial_id = waiting_id AND state = 'WAITING' RETURNING trial_id, number),
  held AS (INSERT INTO trials (number, study_id, state, datetime_start)
    SELECT next, $1, 'RUNNING', $5::timestamp FROM allowed WHERE waiting_id IS NULL AND next < $7::int
    RETURNING trial_id, number),
  leases AS (INSERT INTO trial_system_attributes (trial_id, "key", value_json)
    SELECT trial_id, '${LEASE_KEY}', $11::text || COALESCE((SELECT value_json FROM trial_system_attributes AS attempt
      WHERE attempt.trial_id = started.trial_id AND "key" = '${ATTEMPT_KEY}' AND value_json ~ '^[0-9]{1,15}$'), '1')
      || $12::text FROM started
    ON CONFLICT (trial_id, "key") DO UPDATE SET value_json = excluded.value_json),
  attrs AS (${setAttributes('$13', '$14')})
  SELECT trial_id, number, true FROM held UNION ALL SELECT trial_id, number, false FROM started
  ${isAgain ? 'UNION ALL SELECT trial_id, number, false FROM earlier' : ''}`;

const [FIRST, AGAIN] = [START(false), START(true)];

/** The greatest number that PostgreSQL's `integer` holds. */
const LARGEST = 2 ** 31 - 1;

/**
 * A start of a trial as one batch of statements, under the lock of the study, which no client holds.
 *
 * @param seen the trials that were seen; all others are looked at.
 * @param startedAt a time of this start alone, by which its trial is found where nobody has heard of it.
 * @returns undefined where it takes more than a batch: no lease would tell whose the trial is, or no token the study.
 */
export function quickStart(
  study: StudyRef,
  start: TrialStart,
  { lastId, count, unfinished }: SeenTrials,
  startedAt: Date,
): AtOnce<QuickStarted> | undefined {
  const { holder, systemAttrs = {}, trialId, except = [] } = start;
  const { atMost = LARGEST, newBelow = trialId === undefined ? LARGEST : 0 } = start;
  const { id, token } = study;
  if (holder === null || token === undefined) return undefined;
  const attrs: Attributes = { ...systemAttrs, ...newLease(holder, 1) };
  const [before, behind] = aroundAttempt(attributeToJson(LEASE_KEY, attrs[LEASE_KEY] as JsonValue));
  return async (session, unheard) => {
    const [, row] = await Promise.all([
      session.locked(STUDY_LOCK, id),
      session.row<[id: number, number: number, isNew: string]>(
        unheard === undefined ? FIRST : AGAIN,
        id,
        tokenText(token),
        lastId,
        count,
        formatDatetime(startedAt),
        Math.min(atMost, LARGEST),
        Math.min(newBelow, LARGEST),
        [...unfinished.keys()],
        [...except],
        trialId ?? null,
        before,
        behind,
        ...attributeColumns(attrs),
      ),
    ]);
    if (row === undefined) return 'nothing';
    if (row[2] !== 't') return { id: row[0] };
    return { trial: newTrial(row[0], row[1], { state: 'RUNNING', systemAttrs: attrs, startedAt }) };
  };
}

/** The JSON of a lease before and behind the number of its attempt. */
function aroundAttempt(lease: string): readonly [before: string, behind: string] {
  const attempt = /"attempt": ?(?=1\b)/.exec(lease);
  const at = (attempt?.index ?? 0) + (attempt?.[0].length ?? 0);
  return [lease.slice(0, at), lease.slice(at + 1)];
}
