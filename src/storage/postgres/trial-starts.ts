import { type FrozenTrial, isFinished } from '../../trial/frozen-trial.ts';
import { attemptOf, newLease } from '../lease.ts';
import { firstWaiting, takenCount } from '../optuna-rows/seen-trials.ts';
import type { TrialStart, TrialTemplate } from '../storage.ts';
import type { StudyRef } from '../study-ref.ts';
import { checkTrialTemplate } from '../template-checks.ts';
import { newTrial, startedTrial } from '../trial-edits.ts';
import type { AtOnce } from './at-once.ts';
import type { KnownStudies } from './known-studies.ts';
import { type QuickStarted, quickStart } from './quick-start.ts';
import { checkStep } from './report-step.ts';
import { onceChecked, type Session } from './session.ts';
import type { TrialRows } from './trial-rows.ts';
import { trialWrites } from './trial-writes.ts';

/** A trial that a transaction has added or started. */
export interface Added {
  readonly trial: FrozenTrial;
  /** Makes the trial's parameters known, after the commit. */
  readonly remember?: () => void;
}

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

  /** Whether there is a trial to start in the database. */
  async isStartable(session: Session, study: StudyRef, start: TrialStart): Promise<boolean> {
    await onceChecked(this.#known.require(session, study), this.#known.catchUp(session, study));
    const { atMost = Number.POSITIVE_INFINITY, trialId, except } = start;
    const { newBelow = trialId === undefined ? Number.POSITIVE_INFINITY : 0 } = start;
    const seen = this.#known.seen(study);
    if (takenCount(seen) >= atMost) return false;
    return seen.count < newBelow || firstWaiting(seen, { only: trialId, except }) !== undefined;
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

  /** The start of a trial as one batch; undefined where it takes more than that. */
  atOnce(study: StudyRef, start: TrialStart): AtOnce<QuickStarted> | undefined {
    this.#lastStartMs = Math.max(Date.now(), this.#lastStartMs + 1);
    return quickStart(study, start, this.#known.seen(study), new Date(this.#lastStartMs));
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
