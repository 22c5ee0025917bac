import type { JsonValue } from '../../base/json.ts';
import { type Attributes, type FrozenTrial, isFinished } from '../../trial/frozen-trial.ts';
import { attemptOf, LEASE_KEY, newLease } from '../lease.ts';
import { attributeToJson } from '../optuna-rows/attribute-json.ts';
import { formatDatetime } from '../optuna-rows/datetime.ts';
import { firstWaiting, takenCount } from '../optuna-rows/seen-trials.ts';
import type { TrialStart, TrialTemplate } from '../storage.ts';
import type { StudyRef } from '../study-ref.ts';
import { checkTrialTemplate } from '../template-checks.ts';
import { newTrial, startedTrial } from '../trial-edits.ts';
import { attributeColumns } from './attribute-writes.ts';
import { setAttributes } from './guarded-writes.ts';
import type { KnownStudies } from './known-studies.ts';
import { checkStep } from './report-step.ts';
import { onceChecked, type Session } from './session.ts';
import { hasToken, STUDY_LOCK, tokenText } from './study-rows.ts';
import type { TrialRows } from './trial-rows.ts';
import { trialWrites } from './trial-writes.ts';

/** A trial that a transaction has added or started. */
export interface Added {
  readonly trial: FrozenTrial;
  /** Makes the trial's parameters known, after the commit. */
  readonly remember?: () => void;
}

/** A start of a new trial that is said at once. */
interface QuickStart {
  /** Resolves to undefined, with nothing written, where it must be seen what else there is to start. */
  run(session: Session): Promise<Added | undefined>;
  /** The trial, where nobody has heard of its start; undefined where it was not started. */
  find(session: Session): Promise<Added | undefined>;
}

/** The number of trials since the last look up to which they are counted without being read. */
const UNSEEN = 1000;

/** Starts a new trial of a study, unless one waits: the study, its token, the trials that were seen, and what is not to be. */
const START = `WITH fresh AS (SELECT trial_id, state FROM trials WHERE study_id = $1 AND trial_id > $3
    ORDER BY trial_id LIMIT ${UNSEEN}),
  held AS (INSERT INTO trials (number, study_id, state, datetime_start)
    SELECT $4::int + unseen, $1, 'RUNNING', $5::timestamp FROM (SELECT COUNT(*)::int AS unseen FROM fresh) AS counted
    WHERE unseen < ${UNSEEN} AND $4::int + unseen < $6::int
    AND ${hasToken('$1', '$2')}
    AND NOT EXISTS (SELECT 1 FROM trials WHERE trial_id = ANY($7::int[]) AND state = 'WAITING')
    AND NOT EXISTS (SELECT 1 FROM fresh WHERE state = 'WAITING' AND trial_id <> ALL($8::int[]))
    RETURNING trial_id, number),
  attrs AS (${setAttributes('$9', '$10')})
  SELECT trial_id, number FROM held`;

const STARTED = `SELECT trial_id FROM trials JOIN trial_system_attributes USING (trial_id)
  WHERE study_id = $1 AND trial_id > $2 AND datetime_start = $3::timestamp AND "key" = '${LEASE_KEY}' AND value_json = $4`;

/** The greatest number that PostgreSQL's `integer` holds. */
const LARGEST = 2 ** 31 - 1;

/** Adds trials to studies and starts waiting ones. To be used within a transaction that writes. */
export class TrialStarts {
  readonly #trials: TrialRows;
  readonly #known: KnownStudies;
  #lastStartMs = 0;

  constructor(trials: TrialRows, known: KnownStudies) {
    this.#trials = trials;
    this.#known = known;
  }

  /** Adds a trial; undefined, with nothing added, if `count` is given and is not the study's number of trials. */
  async add(session: Session, study: StudyRef, template: TrialTemplate, count?: number): Promise<Added | undefined> {
    const id = await this.#lock(session, study);
    const seen = this.#known.seen(study);
    if (count !== undefined && seen.count !== count) return undefined;
    return this.#insert(session, study, template, { id, number: seen.count });
  }

  /** Whether at least `atMost` trials are finished or held, as far as this storage has seen. */
  isReached(study: StudyRef, atMost: number): boolean {
    return takenCount(this.#known.seen(study)) >= atMost;
  }

  /** Whether at least `atMost` trials are finished or held in the database. */
  async isReachedNow(session: Session, study: StudyRef, atMost: number): Promise<boolean> {
    await onceChecked(this.#known.require(session, study), this.#known.catchUp(session, study));
    return this.isReached(study, atMost);
  }

  /** Starts the first waiting trial, or else a new one, as `Storage.startTrial` describes it. */
  async start(session: Session, study: StudyRef, start: TrialStart): Promise<Added | undefined> {
    const { holder, systemAttrs = {}, atMost = Number.POSITIVE_INFINITY, trialId, except } = start;
    const { newBelow = trialId === undefined ? Number.POSITIVE_INFINITY : 0 } = start;
    const newId = await this.#lock(session, study);
    const seen = this.#known.seen(study);
    if (takenCount(seen) >= atMost) return undefined;
    const id = firstWaiting(seen, { only: trialId, except });
    if (id === undefined && seen.count >= newBelow) return undefined;
    if (id === undefined) {
      const attrs = { ...systemAttrs, ...(holder && newLease(holder, 1)) };
      const template: TrialTemplate = { state: 'RUNNING', systemAttrs: attrs };
      return this.#insert(session, study, template, { id: newId, number: seen.count });
    }
    // Optuna's processes, which take waiting trials, too, lock the trial and not the study.
    const locked = trialWrites.lock(session, id);
    const [waiting] = await onceChecked(locked, this.#trials.readOne(session, id));
    if (waiting?.state !== 'WAITING') {
      const others = { ...start, except: [...(except ?? []), id] };
      return trialId === undefined ? this.start(session, study, others) : undefined;
    }
    const attrs = { ...(holder && newLease(holder, attemptOf(waiting))) };
    const startedAt = new Date();
    trialWrites.start(session, id, startedAt);
    trialWrites.attrs(session, id, 'system', attrs);
    return { trial: startedTrial(waiting, startedAt, attrs) };
  }

  /**
   * The start of a new trial as one batch of statements.
   * @returns undefined where one waits as far as is known, or it takes more than that.
   */
  atOnce(study: StudyRef, start: TrialStart): QuickStart | undefined {
    const { holder, systemAttrs = {}, trialId, except = [] } = start;
    const { atMost = LARGEST, newBelow = LARGEST } = start;
    const { token } = study;
    const { lastId, count, unfinished } = this.#known.seen(study);
    if (holder === null || token === undefined || trialId !== undefined) return undefined;
    if (firstWaiting(this.#known.seen(study), { except }) !== undefined) return undefined;
    // A time of its own is how the trial is found where nobody hears of its start.
    this.#lastStartMs = Math.max(Date.now(), this.#lastStartMs + 1);
    const startedAt = new Date(this.#lastStartMs);
    const attrs: Attributes = { ...systemAttrs, ...newLease(holder, 1) };
    const run = async (session: Session) => {
      const locked = session.locked(STUDY_LOCK, study.id);
      const [, row] = await Promise.all([
        locked,
        session.row<[number, number]>(
          START,
          study.id,
          tokenText(token),
          lastId,
          count,
          formatDatetime(startedAt),
          Math.min(atMost, newBelow, LARGEST),
          [...unfinished.keys()].filter((id) => !except.includes(id)),
          [...except],
          ...attributeColumns(attrs),
        ),
      ]);
      if (row === undefined) return undefined;
      return { trial: newTrial(row[0], row[1], { state: 'RUNNING', systemAttrs: attrs, startedAt }) };
    };
    const find = async (session: Session) => {
      await this.#known.lock(session, study);
      const lease = attributeToJson(LEASE_KEY, attrs[LEASE_KEY] as JsonValue);
      const row = await session.row<[number]>(STARTED, study.id, lastId, formatDatetime(startedAt), lease);
      const [trial] = row === undefined ? [] : await this.#trials.readOne(session, row[0]);
      return trial && { trial };
    };
    return { run, find };
  }

  /**
   * Locks a study, and brings the knowledge of its trials up to date.
   * @returns an id for a new trial. Whoever holds the lock takes the ids in their order, so that nobody sees a trial
   *   before those with smaller ids.
   */
  async #lock(session: Session, study: StudyRef): Promise<number> {
    const locked = this.#known.lock(session, study);
    const ids = session.rows<[number]>("SELECT nextval(pg_get_serial_sequence('trials', 'trial_id'))::int");
    const [rows] = await onceChecked(locked, Promise.all([ids, this.#known.catchUp(session, study)]));
    return rows[0]?.[0] as number;
  }

  /** Adds a trial. Its number is Optuna's, too: the number of trials before it. */
  async #insert(
    session: Session,
    study: StudyRef,
    template: TrialTemplate,
    { id, number }: { readonly id: number; readonly number: number },
  ): Promise<Added> {
    const { state, params = [], values, intermediateValues = [], userAttrs, systemAttrs } = template;
    checkTrialTemplate(template, await this.#known.directions(session, study.id));
    for (const [step] of intermediateValues) checkStep(step);
    const remember = await this.#known.checkParams(session, study.id, params);
    const now = new Date();
    const timed = { startedAt: now, completedAt: now, ...template };
    const startedAt = state === 'WAITING' ? null : timed.startedAt;
    const completedAt = isFinished(state) ? timed.completedAt : null;
    const trial = newTrial(id, number, timed);
    trialWrites.insert(session, { id, studyId: study.id, number, state, startedAt, completedAt });
    trialWrites.params(session, id, params);
    trialWrites.values(session, id, values ?? []);
    trialWrites.intermediateValues(session, id, intermediateValues);
    trialWrites.attrs(session, id, 'user', userAttrs ?? {});
    trialWrites.attrs(session, id, 'system', systemAttrs ?? {});
    return { trial, remember };
  }
}
