import type { Database, Statement } from 'better-sqlite3';
import { HpoError } from '../../base/errors.ts';
import type { JsonValue } from '../../base/json.ts';
import { isFeasible } from '../../trial/constraints.ts';
import {
  type Attributes,
  type FinishedState,
  type FrozenTrial,
  isFinished,
  type TrialState,
} from '../../trial/frozen-trial.ts';
import { paretoFront } from '../../trial/pareto-front.ts';
import { KnownDistributions } from '../known-distributions.ts';
import { attemptOf, checkLease, heldLease, type Lease, newLease, renewedLease, runsUnder } from '../lease.ts';
import { attributeFromJson, attributeToJson } from '../optuna-rows/attribute-json.ts';
import type {
  AttributeScope,
  Changes,
  Cursor,
  Requeue,
  Storage,
  StudyRecord,
  StudyRef,
  StudyTemplate,
  SuggestedParam,
  TrialStart,
  TrialTemplate,
} from '../storage.ts';
import { foreignCursor, studyExists, studyGone } from '../storage-errors.ts';
import {
  checkKeys,
  checkName,
  checkReport,
  checkStudyTemplate,
  checkTrialTemplate,
  checkValues,
} from '../template-checks.ts';
import {
  finishedTrial,
  isSameJson,
  newTrial,
  requeueAttrs,
  requeuedTrial,
  startedTrial,
  withAttrs,
  withParams,
  withReport,
} from '../trial-edits.ts';
import { openConnection, type SqliteOptions } from './connection.ts';
import { LeasedRows, type StoredLease } from './leased-rows.ts';
import { storageError } from './sqlite-error.ts';
import { StudyRows } from './study-rows.ts';
import { StudySummary } from './study-summary.ts';
import { type Position, TrialChanges } from './trial-changes.ts';
import { TrialRows } from './trial-rows.ts';
import { TrialWrites } from './trial-writes.ts';
import { type KnownTrial, WriteCache } from './write-cache.ts';

/** The study that an id stood for when somebody looked, and SQLite's count of other connections' commits then. */
interface Verified {
  readonly token: string | undefined;
  readonly dataVersion: number;
}

/**
 * Studies in an SQLite file with Optuna's own schema: Optuna, its command line and its dashboard open the file, and
 * may write to it at the same time. A file of Optuna's is used as it is.
 *
 * Every write takes SQLite's write lock at its beginning, waits for it up to the busy timeout, and is committed
 * before its promise is fulfilled.
 */
export class SqliteStorage implements Storage {
  readonly label: string;
  readonly #db: Database;
  readonly #studies: StudyRows;
  readonly #summary: StudySummary;
  readonly #trials: TrialRows;
  readonly #leased: LeasedRows;
  readonly #writes: TrialWrites;
  readonly #cache: WriteCache;
  readonly #changes: TrialChanges;
  readonly #anyDistribution: Statement<[number, string], string>;
  readonly #transaction: ReturnType<Database['transaction']>;
  readonly #known = new Map<number, KnownDistributions>();
  readonly #cursors = new WeakMap<Cursor, Position>();
  /** How much we know of the trials of each study, for ourselves. */
  readonly #seen = new Map<number, Position>();
  readonly #verified = new Map<number, Verified>();

  /** @param file an absolute path. @throws HpoError HPO_STORAGE. */
  constructor(file: string, options: SqliteOptions) {
    const db = openConnection(file, options);
    this.label = options.label;
    this.#db = db;
    this.#studies = new StudyRows(db);
    this.#summary = new StudySummary(db);
    this.#trials = new TrialRows(db);
    this.#leased = new LeasedRows(db);
    this.#writes = new TrialWrites(db);
    this.#cache = new WriteCache(db);
    this.#changes = new TrialChanges(db, this.#trials, this.#cache);
    this.#anyDistribution = db
      .prepare<[number, string], string>(
        `SELECT distribution_json FROM trials CROSS JOIN trial_params USING (trial_id)
         WHERE study_id = ? AND param_name = ? LIMIT 1`,
      )
      .pluck();
    this.#transaction = db.transaction((action: () => unknown) => action());
  }

  async createStudy(template: StudyTemplate, ifExists: 'fail' | 'load' = 'fail'): Promise<StudyRecord> {
    checkStudyTemplate(template);
    const { name } = template;
    return this.#write(() => {
      const existing = this.#studies.find(name);
      if (existing && ifExists === 'load') return existing;
      if (existing) throw studyExists(name, this.label);
      this.#studies.insert(template);
      return this.#studies.find(name) as StudyRecord;
    });
  }

  async findStudy(name: string): Promise<StudyRecord | undefined> {
    return this.#read(() => this.#studies.find(name));
  }

  async listStudies(): Promise<readonly StudyRecord[]> {
    return this.#read(() => this.#studies.list());
  }

  async deleteStudy(study: StudyRef): Promise<void> {
    this.#write(() => {
      this.#require(study);
      this.#studies.delete(study.id);
    });
    this.#cache.forget();
    this.#forget(study.id);
  }

  async setStudyAttr(
    study: StudyRef,
    scope: AttributeScope,
    key: string,
    value: JsonValue | undefined,
    only?: { readonly expected: JsonValue | undefined },
  ): Promise<JsonValue | undefined> {
    checkName('attribute', key);
    const json = value === undefined ? undefined : attributeToJson(key, value);
    return this.#write(() => {
      this.#require(study);
      if (only !== undefined) {
        const current = this.#studies.attr(study, scope, key);
        if (!isSameJson(current, only.expected)) return current;
      }
      this.#studies.setAttr(study.id, scope, key, json);
      return json === undefined ? undefined : attributeFromJson(json);
    });
  }

  async createTrial(study: StudyRef, template: TrialTemplate): Promise<FrozenTrial> {
    return this.#added(study, () => this.#insert(study, this.#catchUp(study), template));
  }

  async createTrialAfter(study: StudyRef, count: number, template: TrialTemplate): Promise<FrozenTrial | undefined> {
    return this.#added(study, () => {
      const position = this.#catchUp(study);
      return position.count === count ? this.#insert(study, position, template) : undefined;
    });
  }

  async startTrial(study: StudyRef, start: TrialStart): Promise<FrozenTrial | undefined> {
    const { holder, systemAttrs = {}, atMost = Number.POSITIVE_INFINITY, onlyWaiting = false } = start;
    checkKeys(systemAttrs);
    // Whoever waits for the last trials of others asks again and again, and must not take the write lock for it.
    const last = this.#seen.get(study.id);
    if (last && takenCount(last) >= atMost && takenCount(this.#catchUp(study)) >= atMost) return undefined;
    return this.#added(study, () => {
      const position = this.#catchUp(study);
      if (takenCount(position) >= atMost) return undefined;
      const id = firstWaiting(position);
      if (id === undefined && onlyWaiting) return undefined;
      if (id === undefined) {
        return this.#insert(study, position, {
          state: 'RUNNING',
          systemAttrs: { ...systemAttrs, ...(holder && newLease(holder, 1)) },
        });
      }
      const waiting = this.#trialNow(id);
      const attrs = { ...systemAttrs, ...(holder && newLease(holder, attemptOf(waiting))) };
      const startedAt = new Date();
      this.#writes.start(id, startedAt);
      this.#writes.attrs(id, 'system', attrs);
      return startedTrial(waiting, startedAt, attrs);
    });
  }

  async setTrialParams(lease: Lease, params: readonly SuggestedParam[], systemAttrs: Attributes = {}): Promise<void> {
    for (const { name } of params) checkName('parameter', name);
    checkKeys(systemAttrs);
    let remember = () => {};
    this.#writeUnder(lease, (studyId) => {
      remember = this.#knownOf(studyId).check(params);
      this.#writes.params(lease.trialId, params);
      this.#writes.attrs(lease.trialId, 'system', systemAttrs);
      return (trial) => withAttrs(withParams(trial, params), 'system', systemAttrs);
    });
    remember();
  }

  async setIntermediateValue(lease: Lease, step: number, value: number): Promise<boolean> {
    checkReport(step, value);
    let isFirst = false;
    this.#writeUnder(lease, () => {
      isFirst = this.#writes.intermediateValue(lease.trialId, step, value);
      return (trial) => withReport(trial, step, value);
    });
    return isFirst;
  }

  async setTrialAttrs(lease: Lease, scope: AttributeScope, attributes: Attributes): Promise<void> {
    checkKeys(attributes);
    this.#writeUnder(lease, () => {
      this.#writes.attrs(lease.trialId, scope, attributes);
      return (trial) => withAttrs(trial, scope, attributes);
    });
  }

  async finishTrial(
    lease: Lease,
    state: FinishedState,
    values: readonly number[] | null,
    systemAttrs: Attributes = {},
  ): Promise<void> {
    checkKeys(systemAttrs);
    this.#writeUnder(lease, (studyId) => {
      checkValues(state, values, this.#studies.countDirections(studyId));
      const completedAt = new Date();
      this.#writes.values(lease.trialId, values ?? []);
      this.#writes.attrs(lease.trialId, 'system', systemAttrs);
      this.#writes.finish(lease.trialId, state, completedAt);
      return (trial) => finishedTrial(trial, state, values, completedAt, systemAttrs);
    });
  }

  async requeueTrial(lease: Lease, requeue: Requeue): Promise<void> {
    checkKeys(requeue.systemAttrs);
    this.#writeUnder(lease, (_, trial) => {
      this.#writes.replaceSystemAttrs(lease.trialId, requeueAttrs(trial, requeue));
      this.#writes.requeue(lease.trialId, requeue.keepReportsTo);
      return (trial) => requeuedTrial(trial, requeue);
    });
  }

  async renew(leases: readonly Lease[]): Promise<readonly Lease[]> {
    const renewals: (() => void)[] = [];
    const lost = this.#write(() => {
      this.#cache.dataVersion();
      return leases.filter((lease) => {
        const { known, stored } = this.#leasedTrial(lease.trialId);
        const held = stored && runsUnder(stored, lease) ? heldLease(stored.systemAttrs) : undefined;
        if (held === undefined) return true;
        const renewed = renewedLease(held);
        this.#writes.attrs(lease.trialId, 'system', renewed);
        renewals.push(() =>
          this.#cache.note(lease.trialId, known && { ...known, trial: withAttrs(known.trial, 'system', renewed) }),
        );
        return false;
      });
    });
    for (const note of renewals) note();
    return lost;
  }

  async changesSince(study: StudyRef, cursor?: Cursor): Promise<Changes> {
    const seen = cursor && this.#cursors.get(cursor);
    if (cursor && seen?.studyId !== study.id) throw foreignCursor();
    const { trials, position } = this.#knownSince(seen) ?? this.#storedSince(study, seen);
    const next = position === seen ? cursor : undefined;
    return Object.freeze({ cursor: next ?? this.#cursorAt(position), trials: Object.freeze(trials) });
  }

  async counts(study: StudyRef): Promise<Readonly<Record<TrialState, number>>> {
    return this.#read(() => {
      this.#require(study);
      return this.#summary.counts(study.id);
    });
  }

  async bestTrials(study: StudyRef, n: number): Promise<readonly FrozenTrial[]> {
    return this.#read(() => {
      this.#require(study);
      const [direction, ...others] = this.#studies.directions(study);
      if (direction === undefined || others.length > 0) {
        const { heads } = this.#changes.storedSince(study.id, undefined);
        return paretoFront(this.#trials.read(heads), this.#studies.directions(study)).slice(0, n);
      }
      const best: FrozenTrial[] = [];
      for (let offset = 0; best.length < n; offset += n) {
        const ids = this.#summary.byValue(study.id, direction, n, offset);
        best.push(...this.#trials.read(this.#trials.heads(ids)).filter(isFeasible));
        if (ids.length < n) break;
      }
      return Object.freeze(best.slice(0, n));
    });
  }

  async close(): Promise<void> {
    try {
      this.#db.close();
    } catch (error) {
      throw storageError(this.label, error);
    }
  }

  #cursorAt(position: Position): Cursor {
    const cursor = Object.freeze({}) as Cursor;
    this.#cursors.set(cursor, position);
    return cursor;
  }

  #knownSince(position: Position | undefined): ReturnType<TrialChanges['ownSince']> {
    return position && this.#guard(() => this.#changes.ownSince(position));
  }

  #storedSince(study: StudyRef, seen: Position | undefined): { trials: readonly FrozenTrial[]; position: Position } {
    return this.#read(() => {
      this.#require(study);
      const { heads, position } = this.#changes.storedSince(study.id, seen);
      const trials = this.#trials.read(heads);
      for (const trial of trials) if (!isFinished(trial.state)) this.#cache.learn({ studyId: study.id, trial });
      return { trials, position };
    });
  }

  /**
   * The position at the end of a study's trials as they are now. Reads only what has changed since the last time.
   * @throws HpoError HPO_STUDY_NOT_FOUND if the study is gone.
   */
  #catchUp(study: StudyRef): Position {
    const seen = this.#seen.get(study.id);
    const isVerified = seen !== undefined && this.#verified.get(study.id)?.token === study.token;
    const found =
      (isVerified ? this.#knownSince(seen) : undefined) ??
      this.#read(() => {
        this.#require(study);
        return this.#changes.storedSince(study.id, this.#seen.get(study.id)); // forgotten if it is another's by now
      });
    this.#seen.set(study.id, found.position);
    return found.position;
  }

  /** @throws HpoError HPO_STUDY_NOT_FOUND if the study is gone. To be used within a transaction. */
  #require({ id, name, token }: StudyRef): void {
    const dataVersion = this.#cache.dataVersion();
    const verified = this.#verified.get(id);
    if (verified?.dataVersion === dataVersion && verified.token === token) return;
    const json = this.#studies.tokenJson(id);
    const isOther = token !== undefined && json !== JSON.stringify(token);
    if (verified !== undefined && (json === undefined || isOther || verified.token !== token)) this.#forget(id);
    if (json === undefined || isOther) throw studyGone({ id, name, token }, this.label);
    this.#verified.set(id, { token, dataVersion });
  }

  /** Forgets a study: SQLite gives the id of the last one to the next. */
  #forget(studyId: number): void {
    this.#verified.delete(studyId);
    this.#known.delete(studyId);
    this.#seen.delete(studyId);
  }

  #knownOf(studyId: number): KnownDistributions {
    let known = this.#known.get(studyId);
    if (known === undefined) {
      known = new KnownDistributions((name) => {
        const json = this.#anyDistribution.get(studyId, name);
        return json === undefined ? undefined : this.#trials.distribution(json);
      });
      this.#known.set(studyId, known);
    }
    return known;
  }

  /** Adds a trial behind a position, within a transaction. Its number is Optuna's, too: how many trials there are. */
  #insert(study: StudyRef, { count: number }: Position, template: TrialTemplate): FrozenTrial {
    const { state, params = [], values, intermediateValues, userAttrs, systemAttrs } = template;
    checkTrialTemplate(template, this.#studies.countDirections(study.id));
    const remember = this.#knownOf(study.id).check(params);
    const now = new Date();
    const timed = { startedAt: now, completedAt: now, ...template };
    const startedAt = state === 'WAITING' ? null : timed.startedAt;
    const completedAt = isFinished(state) ? timed.completedAt : null;
    const id = this.#writes.insert(study.id, number, state, startedAt, completedAt);
    this.#writes.params(id, params);
    this.#writes.values(id, values ?? []);
    for (const [step, value] of intermediateValues ?? []) this.#writes.intermediateValue(id, step, value);
    this.#writes.attrs(id, 'user', userAttrs ?? {});
    this.#writes.attrs(id, 'system', systemAttrs ?? {});
    const trial = newTrial(id, number, timed);
    remember();
    return trial;
  }

  /** Runs what adds or starts a trial, and takes note of the trial after its commit. */
  #added<T extends FrozenTrial | undefined>(study: StudyRef, action: () => T): T {
    const trial = this.#write(action);
    if (trial !== undefined) this.#cache.note(trial.id, { studyId: study.id, trial });
    return trial;
  }

  /** A trial that is there as it is now, within a transaction. */
  #trialNow(trialId: number): FrozenTrial {
    const known = this.#cache.trial(trialId);
    return known?.trial ?? (this.#trials.read(this.#trials.heads([trialId]))[0] as FrozenTrial);
  }

  /** A trial to check a lease against, and all of it where it is known; as of the last look at the data version. */
  #leasedTrial(trialId: number): { known: KnownTrial | undefined; stored: StoredLease | undefined } {
    const known = this.#cache.trial(trialId);
    if (known === undefined) return { known, stored: this.#leased.read(trialId) };
    const { number, state, systemAttrs } = known.trial;
    return { known, stored: { studyId: known.studyId, number, state, systemAttrs } };
  }

  /** @param action writes to a trial that was checked, and returns how that changes the trial. */
  #writeUnder(
    lease: Lease,
    action: (
      studyId: number,
      trial: Pick<FrozenTrial, 'number' | 'systemAttrs'>,
    ) => (trial: FrozenTrial) => FrozenTrial,
  ): void {
    const written = this.#write(() => {
      this.#cache.dataVersion();
      const { known, stored } = this.#leasedTrial(lease.trialId);
      checkLease(stored, lease);
      const edit = action(stored.studyId, stored);
      return known && { studyId: known.studyId, trial: edit(known.trial) };
    });
    this.#cache.note(lease.trialId, written);
  }

  #write<T>(action: () => T): T {
    return this.#guard(() => this.#transaction.immediate(action) as T);
  }

  #read<T>(action: () => T): T {
    return this.#guard(() => this.#transaction.deferred(action) as T);
  }

  #guard<T>(action: () => T): T {
    if (!this.#db.open) throw new HpoError('HPO_STORAGE', `${this.label} has been closed.`);
    try {
      return action();
    } catch (error) {
      throw storageError(this.label, error);
    }
  }
}

/** How many trials are finished, or RUNNING under a lease. */
function takenCount({ count, unfinished }: Position): number {
  let taken = count;
  for (const state of unfinished.values()) if (state !== 'held') taken--;
  return taken;
}

/** The id of the WAITING trial with the smallest number. */
function firstWaiting({ unfinished }: Position): number | undefined {
  let first: number | undefined;
  for (const [id, state] of unfinished) {
    if (state === 'waiting' && (first === undefined || id < first)) first = id;
  }
  return first;
}
