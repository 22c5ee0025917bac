import type { Database, Statement } from 'better-sqlite3';
import { HpoError } from '../../base/errors.ts';
import type { JsonValue } from '../../base/json.ts';
import { type Attributes, type FinishedState, type FrozenTrial, isFinished } from '../../trial/frozen-trial.ts';
import { KnownDistributions } from '../known-distributions.ts';
import { attributeToJson } from '../optuna-rows/attribute-json.ts';
import type {
  AttributeScope,
  Changes,
  Cursor,
  Requeue,
  Storage,
  StudyRecord,
  StudyTemplate,
  SuggestedParam,
  TrialTemplate,
} from '../storage.ts';
import { foreignCursor, noTrial, notRunning, studyExists } from '../storage-errors.ts';
import {
  checkKeys,
  checkName,
  checkReport,
  checkStudyTemplate,
  checkTrialTemplate,
  checkValues,
} from '../template-checks.ts';
import {
  claimedTrial,
  finishedTrial,
  isRequeuable,
  newTrial,
  requeuedTrial,
  withAttrs,
  withParams,
  withReport,
} from '../trial-edits.ts';
import { openConnection, type SqliteOptions } from './connection.ts';
import { storageError } from './sqlite-error.ts';
import { StudyRows } from './study-rows.ts';
import { type Position, TrialChanges } from './trial-changes.ts';
import { TrialRows } from './trial-rows.ts';
import { TrialWrites } from './trial-writes.ts';
import { WriteCache } from './write-cache.ts';

/**
 * Studies in an SQLite file with Optuna's own schema: Optuna, its command line and its dashboard open the file, and
 * may write to it at the same time. A file of Optuna's is used as it is.
 *
 * Every write takes SQLite's write lock at its beginning, waits for it up to the busy timeout, and is committed
 * before its promise is fulfilled.
 */
export class SqliteStorage implements Storage {
  readonly url: string;
  readonly #db: Database;
  readonly #studies: StudyRows;
  readonly #trials: TrialRows;
  readonly #writes: TrialWrites;
  readonly #cache: WriteCache;
  readonly #changes: TrialChanges;
  readonly #studyOfTrial: Statement<[number], number>;
  readonly #anyDistribution: Statement<[number, string], string>;
  readonly #transaction: ReturnType<Database['transaction']>;
  readonly #known = new Map<number, KnownDistributions>();
  readonly #cursors = new WeakMap<Cursor, Position>();
  /** How much we know of the trials of each study, for ourselves. */
  readonly #seen = new Map<number, Position>();

  /** @param file an absolute path. @throws HpoError HPO_STORAGE. */
  constructor(file: string, options: SqliteOptions) {
    const db = openConnection(file, options);
    this.url = options.url;
    this.#db = db;
    this.#studies = new StudyRows(db);
    this.#trials = new TrialRows(db);
    this.#writes = new TrialWrites(db);
    this.#cache = new WriteCache(db);
    this.#changes = new TrialChanges(db, this.#studies, this.#trials, this.#cache);
    this.#studyOfTrial = db.prepare<[number], number>('SELECT study_id FROM trials WHERE trial_id = ?').pluck();
    this.#anyDistribution = db
      .prepare<[number, string], string>(
        `SELECT distribution_json FROM trials CROSS JOIN trial_params USING (trial_id)
         WHERE study_id = ? AND param_name = ? LIMIT 1`,
      )
      .pluck();
    this.#transaction = db.transaction((action: () => unknown) => action());
  }

  async createStudy(template: StudyTemplate): Promise<StudyRecord> {
    checkStudyTemplate(template);
    const { name } = template;
    return this.#write(() => {
      if (this.#studies.find(name)) throw studyExists(name);
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

  async deleteStudy(studyId: number): Promise<void> {
    this.#write(() => this.#studies.delete(studyId));
    this.#cache.forget();
    this.#known.delete(studyId); // SQLite gives the id of the last study to the next
    this.#seen.delete(studyId);
  }

  async setStudyAttr(studyId: number, scope: AttributeScope, key: string, value: JsonValue): Promise<void> {
    checkName('attribute', key);
    const json = attributeToJson(key, value);
    this.#write(() => this.#studies.setAttr(studyId, scope, key, json));
  }

  async createTrial(studyId: number, template: TrialTemplate): Promise<FrozenTrial> {
    const { state, params = [], values, intermediateValues, userAttrs, systemAttrs } = template;
    const now = new Date();
    const timed = { startedAt: now, completedAt: now, ...template };
    let remember = () => {};
    const trial = this.#write(() => {
      checkTrialTemplate(template, this.#studies.countDirections(studyId));
      remember = this.#knownOf(studyId).check(params);
      const startedAt = state === 'WAITING' ? null : timed.startedAt;
      const completedAt = isFinished(state) ? timed.completedAt : null;
      // Optuna's rule too: as many as the study has trials, whose ids are all smaller than the next.
      const number = this.#catchUp(studyId).count;
      const id = this.#writes.insert(studyId, number, state, startedAt, completedAt);
      this.#writes.params(id, params);
      this.#writes.values(id, values ?? []);
      for (const [step, value] of intermediateValues ?? []) this.#writes.intermediateValue(id, step, value);
      this.#writes.attrs(id, 'user', userAttrs ?? {});
      this.#writes.attrs(id, 'system', systemAttrs ?? {});
      return newTrial(id, number, timed);
    });
    this.#cache.note(trial.id, { studyId, trial });
    remember();
    return trial;
  }

  async claimWaitingTrial(studyId: number, systemAttrs: Attributes): Promise<FrozenTrial | undefined> {
    checkKeys(systemAttrs);
    // Mostly nothing waits, and finding that out must not take the write lock.
    if (this.#firstWaiting(studyId) === undefined) return undefined;
    const trial = this.#write(() => {
      const id = this.#firstWaiting(studyId);
      if (id === undefined) return undefined;
      const waiting = this.#trialNow(id);
      const startedAt = new Date();
      if (!this.#writes.claim(id, startedAt)) return undefined;
      this.#writes.attrs(id, 'system', systemAttrs);
      return claimedTrial(waiting, startedAt, systemAttrs);
    });
    if (trial !== undefined) this.#cache.note(trial.id, { studyId, trial });
    return trial;
  }

  async setTrialParams(trialId: number, params: readonly SuggestedParam[]): Promise<void> {
    for (const { name } of params) checkName('parameter', name);
    let remember = () => {};
    this.#writeToRunning(trialId, (studyId) => {
      remember = this.#knownOf(studyId).check(params);
      this.#writes.params(trialId, params);
      return (trial) => withParams(trial, params);
    });
    remember();
  }

  async setIntermediateValue(trialId: number, step: number, value: number): Promise<boolean> {
    checkReport(step, value);
    let isFirst = false;
    this.#writeToRunning(trialId, () => {
      isFirst = this.#writes.intermediateValue(trialId, step, value);
      return (trial) => withReport(trial, step, value);
    });
    return isFirst;
  }

  async setTrialAttr(trialId: number, scope: AttributeScope, key: string, value: JsonValue): Promise<void> {
    checkName('attribute', key);
    this.#writeToRunning(trialId, () => {
      this.#writes.attrs(trialId, scope, { [key]: value });
      return (trial) => withAttrs(trial, scope, { [key]: value });
    });
  }

  async finishTrial(
    trialId: number,
    state: FinishedState,
    values: readonly number[] | null,
    systemAttrs: Attributes = {},
  ): Promise<void> {
    checkKeys(systemAttrs);
    this.#writeToRunning(trialId, (studyId) => {
      checkValues(state, values, this.#studies.countDirections(studyId));
      const completedAt = new Date();
      this.#writes.values(trialId, values ?? []);
      this.#writes.attrs(trialId, 'system', systemAttrs);
      this.#writes.finish(trialId, state, completedAt);
      return (trial) => finishedTrial(trial, state, values, completedAt, systemAttrs);
    });
  }

  async requeueTrial(trialId: number, requeue: Requeue): Promise<boolean> {
    checkKeys(requeue.systemAttrs);
    const waiting = this.#write(() => {
      this.#cache.dataVersion();
      const trial = this.#trialNow(trialId);
      if (!isRequeuable(trial, requeue)) return undefined;
      for (const [key, value] of Object.entries(requeue.systemAttrs)) {
        if (value === null) this.#writes.dropSystemAttr(trialId, key);
        else this.#writes.attrs(trialId, 'system', { [key]: value });
      }
      this.#writes.requeue(trialId, requeue.keepReportsTo);
      return { studyId: this.#studyOfTrial.get(trialId) as number, trial: requeuedTrial(trial, requeue) };
    });
    if (waiting !== undefined) this.#cache.note(trialId, waiting);
    return waiting !== undefined;
  }

  async changesSince(studyId: number, cursor?: Cursor): Promise<Changes> {
    const seen = cursor && this.#cursors.get(cursor);
    if (cursor && seen?.studyId !== studyId) throw foreignCursor();
    const { trials, position } = this.#ownSince(seen) ?? this.#storedSince(studyId, seen);
    const next = position === seen ? cursor : undefined;
    return Object.freeze({ cursor: next ?? this.#cursorAt(position), trials: Object.freeze(trials) });
  }

  async close(): Promise<void> {
    try {
      this.#db.close();
    } catch (error) {
      throw storageError(this.url, error);
    }
  }

  #cursorAt(position: Position): Cursor {
    const cursor = Object.freeze({}) as Cursor;
    this.#cursors.set(cursor, position);
    return cursor;
  }

  #ownSince(position: Position | undefined): ReturnType<TrialChanges['ownSince']> {
    return position && this.#guard(() => this.#changes.ownSince(position));
  }

  #storedSince(studyId: number, seen: Position | undefined): { trials: readonly FrozenTrial[]; position: Position } {
    return this.#read(() => {
      const { heads, position } = this.#changes.storedSince(studyId, seen);
      const trials = this.#trials.read(heads);
      for (const trial of trials) if (!isFinished(trial.state)) this.#cache.learn({ studyId, trial });
      return { trials, position };
    });
  }

  /** Where a study's trials stand now. Reads only what has changed since the last time. */
  #catchUp(studyId: number): Position {
    const seen = this.#seen.get(studyId);
    this.#seen.delete(studyId); // begin anew if the study turns out to be gone
    const found = this.#ownSince(seen) ?? this.#read(() => this.#changes.storedSince(studyId, seen));
    this.#seen.set(studyId, found.position);
    return found.position;
  }

  #firstWaiting(studyId: number): number | undefined {
    let first: number | undefined;
    for (const [id, state] of this.#catchUp(studyId).unfinished) {
      if (state === 'WAITING' && (first === undefined || id < first)) first = id;
    }
    return first;
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

  /** A trial as it is, within a transaction. @throws HpoError HPO_INVALID_ARGUMENT if there is no such trial. */
  #trialNow(trialId: number): FrozenTrial {
    const known = this.#cache.trial(trialId);
    if (known !== undefined) return known.trial;
    const [trial] = this.#trials.read(this.#trials.heads([trialId]));
    if (trial === undefined) throw noTrial(trialId);
    return trial;
  }

  /** @param action writes, and returns what that makes of the trial. */
  #writeToRunning(trialId: number, action: (studyId: number) => (trial: FrozenTrial) => FrozenTrial): void {
    const written = this.#write(() => {
      this.#cache.dataVersion();
      const known = this.#cache.trial(trialId);
      const [head] = known
        ? [[trialId, known.trial.number, known.trial.state] as const]
        : this.#trials.heads([trialId]);
      if (head === undefined) throw noTrial(trialId);
      const [, number, state] = head;
      if (state !== 'RUNNING') throw notRunning(trialId, number, state);
      const studyId = known?.studyId ?? (this.#studyOfTrial.get(trialId) as number);
      const edit = action(studyId);
      return known && { studyId, trial: edit(known.trial) };
    });
    this.#cache.note(trialId, written);
  }

  #write<T>(action: () => T): T {
    return this.#guard(() => this.#transaction.immediate(action) as T);
  }

  #read<T>(action: () => T): T {
    return this.#guard(() => this.#transaction.deferred(action) as T);
  }

  #guard<T>(action: () => T): T {
    if (!this.#db.open) throw new HpoError('HPO_STORAGE', `${this.url} has been closed.`);
    try {
      return action();
    } catch (error) {
      throw storageError(this.url, error);
    }
  }
}
