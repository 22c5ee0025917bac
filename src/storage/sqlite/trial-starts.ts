import { type FrozenTrial, isFinished } from '../../trial/frozen-trial.ts';
import { attemptOf, newLease } from '../lease.ts';
import { firstWaiting, takenCount } from '../optuna-rows/seen-trials.ts';
import type { TrialStart, TrialTemplate } from '../storage.ts';
import type { StudyRef } from '../study-ref.ts';
import { checkTrialTemplate } from '../template-checks.ts';
import { newTrial, startedTrial } from '../trial-edits.ts';
import type { KnownStudies } from './known-studies.ts';
import type { Position } from './trial-changes.ts';
import type { TrialRows } from './trial-rows.ts';
import type { TrialWrites } from './trial-writes.ts';
import type { WriteCache } from './write-cache.ts';

/** A trial that a transaction has added or started. */
export interface Added {
  readonly trial: FrozenTrial;
  /** Makes the trial's parameters known, after the commit. */
  readonly remember?: () => void;
}

/** The parts that {@link TrialStarts} works with. */
export interface TrialStartsParts {
  readonly trials: TrialRows;
  readonly known: KnownStudies;
  readonly writes: TrialWrites;
  readonly cache: WriteCache;
}

/** Adds trials to studies and starts waiting ones. To be used within a transaction. */
export class TrialStarts {
  readonly #parts: TrialStartsParts;

  constructor(parts: TrialStartsParts) {
    this.#parts = parts;
  }

  /** Adds a trial; undefined, with nothing added, if `count` is given and is not the study's number of trials. */
  add(study: StudyRef, template: TrialTemplate, count?: number): Added | undefined {
    const position = this.#parts.known.catchUp(study);
    return count === undefined || position.count === count ? this.#insert(study, position, template) : undefined;
  }

  /**
   * Whether at least `atMost` trials are finished or held, as far as this connection has seen; the database is not
   * read.
   */
  isReached(study: StudyRef, atMost: number): boolean {
    const last = this.#parts.known.lastPosition(study);
    return last !== undefined && takenCount(last) >= atMost;
  }

  /** Whether at least `atMost` trials are finished or held in the database. */
  isReachedNow(study: StudyRef, atMost: number): boolean {
    return takenCount(this.#parts.known.catchUp(study)) >= atMost;
  }

  /** Starts the first waiting trial, or else a new one, as `Storage.startTrial` describes it. */
  start(study: StudyRef, start: TrialStart): Added | undefined {
    const { holder, systemAttrs = {}, atMost = Number.POSITIVE_INFINITY, trialId, except } = start;
    const { newBelow = trialId === undefined ? Number.POSITIVE_INFINITY : 0 } = start;
    const { known, writes } = this.#parts;
    const position = known.catchUp(study);
    if (takenCount(position) >= atMost) return undefined;
    const id = firstWaiting(position, { only: trialId, except });
    if (id === undefined && position.count >= newBelow) return undefined;
    if (id === undefined) {
      const attrs = Object.assign({}, systemAttrs, holder && newLease(holder, 1)); // faster than a spread
      return this.#insert(study, position, { state: 'RUNNING', systemAttrs: attrs });
    }
    const waiting = this.#trialNow(id);
    const attrs = { ...(holder && newLease(holder, attemptOf(waiting))) };
    const startedAt = new Date();
    writes.start(id, startedAt);
    writes.attrs(id, 'system', attrs);
    return { trial: startedTrial(waiting, startedAt, attrs) };
  }

  /** Adds a trial after a position. Its number is Optuna's, too: the number of trials before it. */
  #insert(study: StudyRef, { count: number }: Position, template: TrialTemplate): Added {
    const { known, writes } = this.#parts;
    const { state, params = [], values, intermediateValues, userAttrs, systemAttrs } = template;
    checkTrialTemplate(template, known.directions(study.id));
    const remember = known.distributions(study.id).check(params);
    const now = new Date();
    const timed = { startedAt: now, completedAt: now, ...template };
    const startedAt = state === 'WAITING' ? null : timed.startedAt;
    const completedAt = isFinished(state) ? timed.completedAt : null;
    const id = writes.insert(study.id, number, state, startedAt, completedAt);
    writes.params(id, params);
    writes.values(id, values ?? []);
    for (const [step, value] of intermediateValues ?? []) writes.intermediateValue(id, step, value);
    writes.attrs(id, 'user', userAttrs ?? {});
    writes.attrs(id, 'system', systemAttrs ?? {});
    return { trial: newTrial(id, number, timed), remember };
  }

  /** An existing trial as it is now. */
  #trialNow(trialId: number): FrozenTrial {
    const { cache, trials } = this.#parts;
    return cache.trial(trialId)?.trial ?? (trials.read(trials.heads([trialId]))[0] as FrozenTrial);
  }
}
