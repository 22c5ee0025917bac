import type { Database } from 'better-sqlite3';
import { HpoError } from '../../base/errors.ts';
import type { JsonValue } from '../../base/json.ts';
import { bestOfAll } from '../../trial/best-trial.ts';
import {
  type Attributes,
  type FinishedState,
  type FrozenTrial,
  isFinished,
  type TrialState,
} from '../../trial/frozen-trial.ts';
import type { Metrics } from '../../trial/reported-metrics.ts';
import { attemptOf, type HeldLease, heldLease, type Lease, newLease } from '../lease.ts';
import { attributeFromJson, attributeToJson } from '../optuna-rows/attribute-json.ts';
import type {
  AttributeScope,
  Changes,
  Cursor,
  Inventory,
  PageRequest,
  Requeue,
  Storage,
  StudyRecord,
  StudyTemplate,
  SuggestedParam,
  TrialResult,
  TrialStart,
  TrialTemplate,
} from '../storage.ts';
import { foreignCursor, noSuchNumber, studyExists } from '../storage-errors.ts';
import type { StudyRef } from '../study-ref.ts';
import { checkKeys, checkName, checkStudyTemplate, checkTrialTemplate } from '../template-checks.ts';
import { isSameJson, newTrial, startedTrial } from '../trial-edits.ts';
import { type Connection, openConnection, type SqliteOptions } from './connection.ts';
import { FileWatch } from './file-watch.ts';
import { KnownStudies } from './known-studies.ts';
import { LeasedWrites } from './leased-writes.ts';
import { Patience } from './patience.ts';
import { storageError } from './sqlite-error.ts';
import { StudyRows } from './study-rows.ts';
import { StudySummary } from './study-summary.ts';
import { type Position, TrialChanges } from './trial-changes.ts';
import { TrialPages } from './trial-pages.ts';
import { TrialRows } from './trial-rows.ts';
import { TrialWrites } from './trial-writes.ts';
import { WriteCache } from './write-cache.ts';

/** A trial that a transaction has added or started. */
interface Added {
  readonly trial: FrozenTrial;
  /** Makes its parameters known; to be called after the commit. */
  readonly remember?: () => void;
}

/**
 * Studies in an SQLite file with Optuna's own schema: Optuna, its command line and its dashboard open the file, and
 * may write to it at the same time. A file of Optuna's is used as it is.
 *
 * Every write takes SQLite's write lock at its beginning, waits for it as {@link Patience} does, and is committed before
 * its promise is fulfilled.
 */
export class SqliteStorage implements Storage {
  readonly label: string;
  readonly #db: Database;
  readonly #patience: Patience;
  readonly #watch: FileWatch | undefined;
  readonly #studies: StudyRows;
  readonly #summary: StudySummary;
  readonly #trials: TrialRows;
  readonly #pages: TrialPages;
  readonly #leased: LeasedWrites;
  readonly #writes: TrialWrites;
  readonly #cache: WriteCache;
  readonly #changes: TrialChanges;
  readonly #known: KnownStudies;
  readonly #transaction: ReturnType<Database['transaction']>;
  readonly #cursors = new WeakMap<Cursor, Position>();

  /**
   * Opens a database.
   * @param file an absolute path.
   * @throws HpoError HPO_STORAGE, HPO_DISK.
   */
  static async open(file: string, options: SqliteOptions): Promise<SqliteStorage> {
    const { label, waiting } = options;
    try {
      return await new Patience(label, waiting).read(() => {
        const connection = openConnection(file, options);
        try {
          return new SqliteStorage(connection, options);
        } catch (error) {
          connection.db.close();
          throw error;
        }
      });
    } catch (error) {
      throw storageError(label, error);
    }
  }

  private constructor({ db, file }: Connection, { label, waiting }: SqliteOptions) {
    this.label = label;
    this.#db = db;
    this.#patience = new Patience(label, waiting);
    this.#watch = file === undefined ? undefined : new FileWatch({ db, path: file, label, onLost: waiting?.onNotice });
    this.#studies = new StudyRows(db);
    this.#trials = new TrialRows(db);
    this.#summary = new StudySummary(db, this.#trials);
    this.#writes = new TrialWrites(db);
    this.#cache = new WriteCache(db);
    this.#pages = new TrialPages(db, this.#trials, this.#cache);
    this.#changes = new TrialChanges(db, this.#trials, this.#cache);
    const parts = { studies: this.#studies, trials: this.#trials, changes: this.#changes, cache: this.#cache };
    this.#known = new KnownStudies({ db, label: this.label, ...parts });
    this.#transaction = db.transaction((action: () => unknown) => action());
    const [studies, known, writes, cache] = [this.#studies, this.#known, this.#writes, this.#cache];
    const immediately = <T>(action: () => T) => this.#immediate(action);
    this.#leased = new LeasedWrites({ db, studies, known, writes, cache, immediately });
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

  async renameStudy(study: StudyRef, name: string): Promise<StudyRecord> {
    checkName('study', name);
    return this.#write(() => {
      this.#known.require(study);
      const other = this.#studies.find(name);
      if (other !== undefined && other.id !== study.id) throw studyExists(name, this.label, 'give another name');
      this.#studies.rename(study.id, name);
      return this.#studies.find(name) as StudyRecord;
    });
  }

  async deleteStudy(study: StudyRef): Promise<void> {
    await this.#write(() => {
      this.#known.require(study);
      this.#studies.delete(study.id);
    });
    this.#cache.forget();
    this.#known.forget(study.id);
  }

  async eraseTrial(study: StudyRef, number: number, systemAttrs: Attributes = {}): Promise<FrozenTrial> {
    checkKeys(systemAttrs);
    const erased = this.#write(() => {
      this.#known.require(study);
      const id = this.#trials.idOf(study.id, number);
      if (id === undefined) throw noSuchNumber(number, study, this.label);
      this.#writes.erase(id, new Date());
      this.#writes.attrs(id, 'system', systemAttrs);
      return this.#trials.read(this.#trials.heads([id]))[0] as FrozenTrial;
    });
    this.#cache.forget();
    this.#known.forget(study.id);
    return erased;
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
      this.#known.require(study);
      if (only !== undefined) {
        const current = this.#studies.attr(study, scope, key);
        if (!isSameJson(current, only.expected)) return current;
      }
      this.#studies.setAttr(study.id, scope, key, json);
      return json === undefined ? undefined : attributeFromJson(json);
    });
  }

  async createTrial(study: StudyRef, template: TrialTemplate): Promise<FrozenTrial> {
    const added = () => this.#insert(study, this.#known.catchUp(study), template);
    return (await this.#added(study, added)) as FrozenTrial;
  }

  async createTrialAfter(study: StudyRef, count: number, template: TrialTemplate): Promise<FrozenTrial | undefined> {
    return this.#added(study, () => {
      const position = this.#known.catchUp(study);
      return position.count === count ? this.#insert(study, position, template) : undefined;
    });
  }

  async startTrial(study: StudyRef, start: TrialStart): Promise<FrozenTrial | undefined> {
    const { holder, systemAttrs = {}, atMost = Number.POSITIVE_INFINITY, onlyWaiting = false } = start;
    checkKeys(systemAttrs);
    // Whoever waits for the last trials of others asks again and again, and must not take the write lock for it.
    const last = this.#known.lastPosition(study);
    const isReached = last !== undefined && takenCount(last) >= atMost;
    if (isReached && takenCount(await this.#read(() => this.#known.catchUp(study))) >= atMost) return undefined;
    return this.#added(study, () => {
      const position = this.#known.catchUp(study);
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
      return { trial: startedTrial(waiting, startedAt, attrs) };
    });
  }

  async setTrialParams(lease: Lease, params: readonly SuggestedParam[], systemAttrs: Attributes = {}): Promise<void> {
    await this.#underLease(() => this.#leased.setParams(lease, params, systemAttrs));
  }

  async setIntermediateValue(lease: Lease, step: number, value: number, metrics: Metrics = {}): Promise<boolean> {
    return this.#underLease(() => this.#leased.report(lease, step, value, metrics));
  }

  async setTrialAttrs(lease: Lease, scope: AttributeScope, attributes: Attributes): Promise<void> {
    await this.#underLease(() => this.#leased.setAttrs(lease, scope, attributes));
  }

  async finishTrial(
    lease: Lease,
    state: FinishedState,
    values: readonly number[] | null,
    systemAttrs: Attributes = {},
  ): Promise<void> {
    await this.#underLease(() => this.#leased.finish(lease, state, values, systemAttrs));
  }

  async requeueTrial(lease: Lease, requeue: Requeue): Promise<void> {
    await this.#underLease(() => this.#leased.requeue(lease, requeue));
  }

  async renew(leases: readonly Lease[]): Promise<readonly Lease[]> {
    return this.#underLease(() => this.#leased.renew(leases));
  }

  async leases(study: StudyRef): Promise<readonly HeldLease[]> {
    return this.#read(() => {
      const running: number[] = [];
      for (const [id, state] of this.#known.catchUp(study).unfinished) if (state === 'held') running.push(id);
      return this.#trials.read(this.#trials.heads(running)).flatMap(({ systemAttrs }) => heldLease(systemAttrs) ?? []);
    });
  }

  async changesSince(study: StudyRef, cursor?: Cursor): Promise<Changes> {
    const seen = cursor && this.#cursors.get(cursor);
    if (cursor && seen?.studyId !== study.id) throw foreignCursor();
    const { trials, position } = await this.#run('read', () => this.#readSince(study, seen));
    const next = position === seen ? cursor : undefined;
    return Object.freeze({ cursor: next ?? this.#cursorAt(position), trials: Object.freeze(trials) });
  }

  async counts(study: StudyRef): Promise<Readonly<Record<TrialState, number>>> {
    return this.#read(() => {
      this.#known.require(study);
      return this.#summary.counts(study.id);
    });
  }

  async bestTrials(study: StudyRef, n: number): Promise<readonly FrozenTrial[]> {
    return this.#read(() => {
      this.#known.require(study);
      const directions = this.#studies.directions(study);
      const best = bestOfAll(this.#summary.results(study.id, directions.length), directions, n);
      return this.#readTrials(
        study,
        best.map(({ id }) => id),
      );
    });
  }

  async trial(study: StudyRef, number: number): Promise<FrozenTrial | undefined> {
    return this.#read(() => {
      this.#known.require(study);
      const id = this.#summary.idOf(study.id, number);
      return id === undefined ? undefined : this.#readTrials(study, [id])[0];
    });
  }

  async page(study: StudyRef, request: PageRequest): Promise<readonly FrozenTrial[]> {
    return this.#read(() => {
      this.#known.require(study);
      return this.#readTrials(study, this.#pages.ids(study.id, request));
    });
  }

  async inventory(study: StudyRef): Promise<Inventory> {
    return this.#read(() => {
      this.#known.require(study);
      return this.#summary.inventory(study.id);
    });
  }

  async results(study: StudyRef): Promise<readonly TrialResult[]> {
    return this.#read(() => {
      this.#known.require(study);
      return this.#summary.results(study.id, this.#studies.directions(study).length);
    });
  }

  /** The trials with these ids, in their order. To be used within a transaction. */
  #readTrials(study: StudyRef, ids: readonly number[]): readonly FrozenTrial[] {
    return this.#trials.read(this.#trials.heads(ids), this.#studies.directions(study).length);
  }

  async confirm(): Promise<void> {
    await this.#run('read', () => this.#watch?.confirm());
  }

  async close(): Promise<void> {
    if (!this.#db.open) return;
    try {
      this.#watch?.close();
    } catch {
      // what could be kept of a lost file is kept
    }
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

  #readSince(study: StudyRef, seen: Position | undefined): Pick<Changes, 'trials'> & { readonly position: Position } {
    return (seen && this.#changes.ownSince(seen)) ?? this.#deferred(() => this.#storedSince(study, seen));
  }

  #storedSince(study: StudyRef, seen: Position | undefined) {
    this.#known.require(study);
    const { heads, position } = this.#changes.storedSince(study.id, seen);
    this.#known.learn(study, position);
    const trials = this.#trials.read(heads, this.#studies.countDirections(study.id));
    for (const trial of trials) if (!isFinished(trial.state)) this.#cache.learn({ studyId: study.id, trial });
    return { trials, position };
  }

  /** Adds a trial behind a position, within a transaction. Its number is Optuna's, too: how many trials there are. */
  #insert(study: StudyRef, { count: number }: Position, template: TrialTemplate): Added {
    const { state, params = [], values, intermediateValues, userAttrs, systemAttrs } = template;
    checkTrialTemplate(template, this.#studies.countDirections(study.id));
    const remember = this.#known.distributions(study.id).check(params);
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
    return { trial: newTrial(id, number, timed), remember };
  }

  /** Adds or starts a trial in a transaction, and takes note of it after the commit. */
  #added(study: StudyRef, action: () => Added | undefined): Promise<FrozenTrial | undefined> {
    return this.#run('write', () => {
      this.#watch?.require();
      const added = this.#immediate(action);
      if (added === undefined) return undefined;
      this.#cache.note(added.trial.id, { studyId: study.id, trial: added.trial });
      added.remember?.();
      return added.trial;
    });
  }

  /** A trial that is there as it is now, within a transaction. */
  #trialNow(trialId: number): FrozenTrial {
    const known = this.#cache.trial(trialId);
    return known?.trial ?? (this.#trials.read(this.#trials.heads([trialId]))[0] as FrozenTrial);
  }

  #write<T>(action: () => T): Promise<T> {
    return this.#run('write', () => {
      this.#watch?.require();
      return this.#immediate(action);
    });
  }

  /**
   * Writes to running trials, which {@link LeasedWrites} does in transactions of its own. Where the file is lost, how they
   * end is kept all the same.
   */
  #underLease<T>(action: () => T): Promise<T> {
    return this.#run('write', () => (this.#watch === undefined ? action() : this.#watch.around(action)));
  }

  #read<T>(action: () => T): Promise<T> {
    return this.#run('read', () => this.#deferred(action));
  }

  #immediate<T>(action: () => T): T {
    return this.#transaction.immediate(action) as T;
  }

  #deferred<T>(action: () => T): T {
    return this.#transaction.deferred(action) as T;
  }

  /** Does something in one go, as soon as the database can be used. */
  async #run<T>(how: 'read' | 'write', action: () => T): Promise<T> {
    try {
      return await this.#patience[how](() => {
        if (!this.#db.open) throw new HpoError('HPO_STORAGE', `${this.label} has been closed.`);
        return action();
      });
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
