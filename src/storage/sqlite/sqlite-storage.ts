import type { Database } from 'better-sqlite3';
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
import { type HeldLease, heldLease, type Lease } from '../lease.ts';
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
import { checkKeys, checkName, checkStudyTemplate } from '../template-checks.ts';
import { isSameJson } from '../trial-edits.ts';
import { type Connection, openConnection, type SqliteOptions } from './connection.ts';
import { FileWatch } from './file-watch.ts';
import { KnownStudies } from './known-studies.ts';
import { LeasedWrites } from './leased-writes.ts';
import { Patience } from './patience.ts';
import { storageError } from './sqlite-error.ts';
import { StudyRows } from './study-rows.ts';
import { StudySummary } from './study-summary.ts';
import { Transactions } from './transactions.ts';
import { type Position, TrialChanges } from './trial-changes.ts';
import { TrialPages } from './trial-pages.ts';
import { TrialRows } from './trial-rows.ts';
import { type Added, TrialStarts } from './trial-starts.ts';
import { TrialWrites } from './trial-writes.ts';
import { WriteCache } from './write-cache.ts';

/**
 * Keeps studies in an SQLite file with Optuna's own schema: Optuna, its command line and its dashboard open the file,
 * and may write to it at the same time. A file of Optuna's is used as it is.
 *
 * Every write takes SQLite's write lock at its beginning, waits for it as {@link Patience} does, and is committed
 * before its promise is fulfilled.
 */
export class SqliteStorage implements Storage {
  readonly label: string;
  readonly #db: Database;
  readonly #watch: FileWatch | undefined;
  readonly #transactions: Transactions;
  readonly #studies: StudyRows;
  readonly #summary: StudySummary;
  readonly #trials: TrialRows;
  readonly #pages: TrialPages;
  readonly #leased: LeasedWrites;
  readonly #starts: TrialStarts;
  readonly #writes: TrialWrites;
  readonly #cache: WriteCache;
  readonly #changes: TrialChanges;
  readonly #known: KnownStudies;

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
    this.#watch = file === undefined ? undefined : new FileWatch({ db, path: file, label, onLost: waiting?.onNotice });
    const patience = new Patience(label, waiting);
    const transactions = new Transactions({ db, label, patience, watch: this.#watch });
    const [studies, trials, writes, cache] = [
      new StudyRows(db),
      new TrialRows(db),
      new TrialWrites(db),
      new WriteCache(db),
    ];
    const changes = new TrialChanges(db, trials, cache);
    const known = new KnownStudies({ db, label, studies, trials, changes, cache });
    const immediately = <T>(action: () => T) => transactions.immediate(action);
    this.#transactions = transactions;
    this.#studies = studies;
    this.#trials = trials;
    this.#writes = writes;
    this.#cache = cache;
    this.#changes = changes;
    this.#known = known;
    this.#summary = new StudySummary(db, trials);
    this.#pages = new TrialPages(db, trials, cache);
    this.#starts = new TrialStarts({ trials, known, writes, cache });
    this.#leased = new LeasedWrites({ db, known, writes, cache, immediately });
  }

  async createStudy(template: StudyTemplate, ifExists: 'fail' | 'load' = 'fail'): Promise<StudyRecord> {
    checkStudyTemplate(template);
    const { name } = template;
    return this.#transactions.write(() => {
      const existing = this.#studies.find(name);
      if (existing && ifExists === 'load') return existing;
      if (existing) throw studyExists(name, this.label);
      this.#studies.insert(template);
      return this.#studies.find(name) as StudyRecord;
    });
  }

  async findStudy(name: string): Promise<StudyRecord | undefined> {
    return this.#transactions.read(() => this.#studies.find(name));
  }

  async listStudies(): Promise<readonly StudyRecord[]> {
    return this.#transactions.read(() => this.#studies.list());
  }

  async renameStudy(study: StudyRef, name: string): Promise<StudyRecord> {
    checkName('study', name);
    return this.#transactions.write(() => {
      this.#known.require(study);
      const other = this.#studies.find(name);
      if (other !== undefined && other.id !== study.id) throw studyExists(name, this.label, 'give another name');
      this.#studies.rename(study.id, name);
      return this.#studies.find(name) as StudyRecord;
    });
  }

  async deleteStudy(study: StudyRef): Promise<void> {
    await this.#transactions.write(() => {
      this.#known.require(study);
      this.#studies.delete(study.id);
    });
    this.#cache.forget();
    this.#known.forget(study.id);
  }

  async eraseTrial(study: StudyRef, number: number, systemAttrs: Attributes = {}): Promise<FrozenTrial> {
    checkKeys(systemAttrs);
    const erased = await this.#transactions.write(() => {
      this.#known.require(study);
      const id = this.#summary.idOf(study.id, number);
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
    return this.#transactions.write(() => {
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
    return (await this.#added(study, () => this.#starts.add(study, template))) as FrozenTrial;
  }

  async createTrialAfter(study: StudyRef, count: number, template: TrialTemplate): Promise<FrozenTrial | undefined> {
    return this.#added(study, () => this.#starts.add(study, template, count));
  }

  async startTrial(study: StudyRef, start: TrialStart): Promise<FrozenTrial | undefined> {
    const { systemAttrs = {}, atMost = Number.POSITIVE_INFINITY } = start;
    checkKeys(systemAttrs);
    // A caller that waits for the last trials of others asks again and again, and must not take the write lock each
    // time.
    if (this.#starts.isReached(study, atMost)) {
      if (await this.#transactions.read(() => this.#starts.isReachedNow(study, atMost))) return undefined;
    }
    return this.#added(study, () => this.#starts.start(study, start));
  }

  async setTrialParams(lease: Lease, params: readonly SuggestedParam[], systemAttrs: Attributes = {}): Promise<void> {
    return this.#transactions.keeping(() => this.#leased.setParams(lease, params, systemAttrs));
  }

  async setIntermediateValue(lease: Lease, step: number, value: number, metrics: Metrics = {}): Promise<boolean> {
    return this.#transactions.keeping(() => this.#leased.report(lease, step, value, metrics));
  }

  async setTrialAttrs(lease: Lease, scope: AttributeScope, attributes: Attributes): Promise<void> {
    return this.#transactions.keeping(() => this.#leased.setAttrs(lease, scope, attributes));
  }

  async finishTrial(
    lease: Lease,
    state: FinishedState,
    values: readonly number[] | null,
    systemAttrs: Attributes = {},
  ): Promise<FrozenTrial | undefined> {
    return this.#transactions.keeping(() => this.#leased.finish(lease, state, values, systemAttrs));
  }

  async requeueTrial(lease: Lease, requeue: Requeue): Promise<void> {
    return this.#transactions.keeping(() => this.#leased.requeue(lease, requeue));
  }

  async renew(leases: readonly Lease[]): Promise<readonly Lease[]> {
    return this.#transactions.keeping(() => this.#leased.renew(leases));
  }

  async leases(study: StudyRef): Promise<readonly HeldLease[]> {
    return this.#transactions.read(() => {
      const running: number[] = [];
      for (const [id, state] of this.#known.catchUp(study).unfinished) if (state === 'held') running.push(id);
      return this.#trials.read(this.#trials.heads(running)).flatMap(({ systemAttrs }) => heldLease(systemAttrs) ?? []);
    });
  }

  async changesSince(study: StudyRef, cursor?: Cursor): Promise<Changes> {
    const seen = cursor && this.#positionOf(study, cursor);
    return this.#transactions.run('read', () => {
      const { trials, position } = this.#readSince(study, seen);
      const next = cursor !== undefined && position === seen ? cursor : this.#cursorAt(position);
      return Object.freeze({ cursor: next, trials: Object.freeze(trials) });
    });
  }

  async counts(study: StudyRef): Promise<Readonly<Record<TrialState, number>>> {
    return this.#transactions.read(() => {
      this.#known.require(study);
      return this.#summary.counts(study.id);
    });
  }

  async bestTrials(study: StudyRef, n: number): Promise<readonly FrozenTrial[]> {
    return this.#transactions.read(() => {
      this.#known.require(study);
      const directions = this.#studies.directions(study);
      const best = bestOfAll(this.#summary.results(study.id, directions.length), directions, n);
      const ids = best.map(({ id }) => id);
      return this.#readTrials(study, ids);
    });
  }

  async trial(study: StudyRef, number: number): Promise<FrozenTrial | undefined> {
    return this.#transactions.read(() => {
      this.#known.require(study);
      const id = this.#summary.idOf(study.id, number);
      return id === undefined ? undefined : this.#readTrials(study, [id])[0];
    });
  }

  async page(study: StudyRef, request: PageRequest): Promise<readonly FrozenTrial[]> {
    return this.#transactions.read(() => {
      this.#known.require(study);
      return this.#readTrials(study, this.#pages.ids(study.id, request));
    });
  }

  async inventory(study: StudyRef): Promise<Inventory> {
    return this.#transactions.read(() => {
      this.#known.require(study);
      return this.#summary.inventory(study.id);
    });
  }

  async results(study: StudyRef): Promise<readonly TrialResult[]> {
    return this.#transactions.read(() => {
      this.#known.require(study);
      return this.#summary.results(study.id, this.#studies.directions(study).length);
    });
  }

  async confirm(): Promise<void> {
    await this.#transactions.run('read', () => this.#watch?.confirm());
  }

  async close(): Promise<void> {
    if (!this.#db.open) return;
    try {
      this.#watch?.close();
    } catch {
      // The parts of a lost file that could be kept are kept.
    }
    try {
      this.#db.close();
    } catch (error) {
      throw storageError(this.label, error);
    }
  }

  /** The trials with these ids, in their order. To be used within a transaction. */
  #readTrials(study: StudyRef, ids: readonly number[]): readonly FrozenTrial[] {
    return this.#trials.read(this.#trials.heads(ids), this.#studies.directions(study).length);
  }

  #cursorAt(position: Position): Cursor {
    return new PositionCursor(this, position) as unknown as Cursor;
  }

  /** @throws HpoError HPO_INVALID_ARGUMENT for the cursor of another study or storage. */
  #positionOf(study: StudyRef, cursor: Cursor): Position {
    const known: unknown = cursor;
    const isOwn = known instanceof PositionCursor && known.storage === this;
    if (!isOwn || known.position.studyId !== study.id) throw foreignCursor();
    return known.position;
  }

  #readSince(study: StudyRef, seen: Position | undefined): Pick<Changes, 'trials'> & { readonly position: Position } {
    return (seen && this.#changes.ownSince(seen)) ?? this.#transactions.deferred(() => this.#storedSince(study, seen));
  }

  #storedSince(study: StudyRef, seen: Position | undefined) {
    this.#known.require(study);
    const directions = this.#studies.countDirections(study.id);
    const trials: FrozenTrial[] = [];
    const position = this.#changes.storedSince(study.id, seen, (heads) => {
      for (const trial of this.#trials.read(heads, directions)) trials.push(trial);
    });
    this.#known.learn(study, position);
    for (const trial of trials) if (!isFinished(trial.state)) this.#cache.learn({ studyId: study.id, trial });
    return { trials, position };
  }

  /** Adds or starts a trial in a transaction, and makes it known after the commit. */
  #added(study: StudyRef, action: () => Added | undefined): FrozenTrial | undefined | Promise<FrozenTrial | undefined> {
    return this.#transactions.writeThen(action, (added) => {
      if (added === undefined) return undefined;
      this.#cache.note(added.trial.id, { studyId: study.id, trial: added.trial });
      added.remember?.();
      return added.trial;
    });
  }
}

/** A {@link Cursor} of one storage. */
class PositionCursor {
  readonly storage: SqliteStorage;
  readonly position: Position;

  constructor(storage: SqliteStorage, position: Position) {
    this.storage = storage;
    this.position = position;
    Object.freeze(this);
  }
}
