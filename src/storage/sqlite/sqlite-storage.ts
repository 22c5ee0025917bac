import { isDeepStrictEqual } from 'node:util';
import type { Database, Statement } from 'better-sqlite3';
import { HpoError } from '../../errors.ts';
import type { JsonValue } from '../../json.ts';
import { type Attributes, type FinishedState, type FrozenTrial, isFinished } from '../../trial/frozen-trial.ts';
import { attributeFromJson, attributeToJson } from '../attribute-json.ts';
import { KnownDistributions } from '../known-distributions.ts';
import { foreignCursor, noTrial, notRunning, studyExists } from '../refusals.ts';
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
import {
  checkKeys,
  checkName,
  checkReport,
  checkStudyTemplate,
  checkTrialTemplate,
  checkValues,
} from '../template-checks.ts';
import { openConnection, type SqliteOptions } from './connection.ts';
import { storageError } from './sqlite-error.ts';
import { StudyRows } from './study-rows.ts';
import { type Position, TrialChanges } from './trial-changes.ts';
import { TrialRows } from './trial-rows.ts';
import { TrialWrites } from './trial-writes.ts';

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
    this.#changes = new TrialChanges(db, this.#studies, this.#trials);
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
    this.#write(() => {
      this.#studies.delete(studyId);
      this.#changes.note();
    });
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
    let remember = () => {};
    const trial = this.#write(() => {
      checkTrialTemplate(template, this.#studies.countDirections(studyId));
      remember = this.#knownOf(studyId).check(params);
      const startedAt = state === 'WAITING' ? null : (template.startedAt ?? new Date());
      const completedAt = isFinished(state) ? (template.completedAt ?? new Date()) : null;
      // Optuna's rule too: as many as the study has trials, whose ids are all smaller than the next.
      const number = this.#catchUp(studyId).count;
      const id = this.#writes.insert(studyId, number, state, startedAt, completedAt);
      this.#writes.params(id, params);
      this.#writes.values(id, values ?? []);
      for (const [step, value] of intermediateValues ?? []) this.#writes.intermediateValue(id, step, value);
      this.#writes.attrs(id, 'user', userAttrs ?? {});
      this.#writes.attrs(id, 'system', systemAttrs ?? {});
      this.#changes.note(id);
      return this.#readTrial(id);
    });
    remember();
    return trial;
  }

  async claimWaitingTrial(studyId: number, systemAttrs: Attributes): Promise<FrozenTrial | undefined> {
    checkKeys(systemAttrs);
    // Mostly nothing waits, and finding that out must not take the write lock.
    if (this.#read(() => this.#firstWaiting(studyId)) === undefined) return undefined;
    return this.#write(() => {
      const id = this.#firstWaiting(studyId);
      if (id === undefined || !this.#writes.claim(id)) return undefined;
      this.#writes.attrs(id, 'system', systemAttrs);
      this.#changes.note(id);
      return this.#readTrial(id);
    });
  }

  async setTrialParams(trialId: number, params: readonly SuggestedParam[]): Promise<void> {
    for (const { name } of params) checkName('parameter', name);
    let remember = () => {};
    this.#writeToRunning(trialId, (studyId) => {
      remember = this.#knownOf(studyId).check(params);
      this.#writes.params(trialId, params);
    });
    remember();
  }

  async setIntermediateValue(trialId: number, step: number, value: number): Promise<boolean> {
    checkReport(step, value);
    return this.#writeToRunning(trialId, () => this.#writes.intermediateValue(trialId, step, value));
  }

  async setTrialAttr(trialId: number, scope: AttributeScope, key: string, value: JsonValue): Promise<void> {
    checkName('attribute', key);
    this.#writeToRunning(trialId, () => this.#writes.attrs(trialId, scope, { [key]: value }));
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
      this.#writes.values(trialId, values ?? []);
      this.#writes.attrs(trialId, 'system', systemAttrs);
      this.#writes.finish(trialId, state);
    });
  }

  async requeueTrial(trialId: number, { keepReportsTo, systemAttrs, onlyIf = {} }: Requeue): Promise<boolean> {
    checkKeys(systemAttrs);
    return this.#write(() => {
      const trial = this.#readTrial(trialId);
      const wanted = Object.entries(onlyIf).map(([key, value]) => [
        key,
        attributeFromJson(attributeToJson(key, value)),
      ]);
      const matches = wanted.every(([key, value]) => isDeepStrictEqual(trial.systemAttrs[key as string], value));
      if (trial.state !== 'RUNNING' || !matches) return false;
      for (const [key, value] of Object.entries(systemAttrs)) {
        if (value === null) this.#writes.dropSystemAttr(trialId, key);
        else this.#writes.attrs(trialId, 'system', { [key]: value });
      }
      this.#writes.requeue(trialId, keepReportsTo);
      this.#changes.note(trialId);
      return true;
    });
  }

  async changesSince(studyId: number, cursor?: Cursor): Promise<Changes> {
    const seen = cursor && this.#cursors.get(cursor);
    if (cursor && seen?.studyId !== studyId) throw foreignCursor();
    return this.#read(() => {
      const { heads, position } = this.#changes.since(studyId, seen);
      const next = position === seen ? cursor : undefined;
      return Object.freeze({ cursor: next ?? this.#cursorAt(position), trials: this.#trials.read(heads) });
    });
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

  /** Where a study's trials stand now. Reads only what has changed since the last time. */
  #catchUp(studyId: number): Position {
    const seen = this.#seen.get(studyId);
    this.#seen.delete(studyId); // begin anew if the study turns out to be gone
    const { position } = this.#changes.since(studyId, seen);
    this.#seen.set(studyId, position);
    return position;
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

  /** @throws HpoError HPO_INVALID_ARGUMENT if there is no such trial. */
  #readTrial(trialId: number): FrozenTrial {
    const [trial] = this.#trials.read(this.#trials.heads([trialId]));
    if (trial === undefined) throw noTrial(trialId);
    return trial;
  }

  #writeToRunning<T>(trialId: number, action: (studyId: number) => T): T {
    return this.#write(() => {
      const [head] = this.#trials.heads([trialId]);
      if (head === undefined) throw noTrial(trialId);
      const [, number, state] = head;
      if (state !== 'RUNNING') throw notRunning(trialId, number, state);
      const result = action(this.#studyOfTrial.get(trialId) as number);
      this.#changes.note(trialId);
      return result;
    });
  }

  #write<T>(action: () => T): T {
    return this.#run('immediate', action);
  }

  #read<T>(action: () => T): T {
    return this.#run('deferred', action);
  }

  #run<T>(mode: 'immediate' | 'deferred', action: () => T): T {
    if (!this.#db.open) throw new HpoError('HPO_STORAGE', `${this.url} has been closed.`);
    try {
      return this.#transaction[mode](action) as T;
    } catch (error) {
      throw storageError(this.url, error);
    }
  }
}
