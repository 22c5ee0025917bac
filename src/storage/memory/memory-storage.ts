import { HpoError } from '../../base/errors.ts';
import type { JsonValue } from '../../base/json.ts';
import { type Attributes, type FinishedState, type FrozenTrial, isFinished } from '../../trial/frozen-trial.ts';
import { KnownDistributions } from '../known-distributions.ts';
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
import { foreignCursor, noStudy, noTrial, notRunning, studyExists } from '../storage-errors.ts';
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
  copyOf,
  finishedTrial,
  isRequeuable,
  newTrial,
  requeuedTrial,
  withAttrs,
  withParams,
  withReport,
} from '../trial-edits.ts';

interface MemoryStudy {
  record: StudyRecord;
  readonly trials: FrozenTrial[];
  /** The numbers of the WAITING ones. */
  readonly waiting: Set<number>;
  readonly known: KnownDistributions;
}

interface Position {
  readonly study: MemoryStudy;
  /** How many trials there were. */
  readonly count: number;
  /** Those that were not finished, as they were; a trial that has changed is another object. */
  readonly unfinished: readonly FrozenTrial[];
}

/**
 * Keeps studies in this process; they are gone with it. Behaves as the storages that keep them, down to the values
 * that come back.
 */
export class MemoryStorage implements Storage {
  readonly url = 'memory:';
  readonly #studies = new Map<number, MemoryStudy>();
  readonly #studyOfTrial = new Map<number, MemoryStudy>();
  readonly #numberOfTrial = new Map<number, number>();
  readonly #cursors = new WeakMap<Cursor, Position>();
  #lastStudyId = 0;
  #lastTrialId = 0;
  #closed = false;

  async createStudy(template: StudyTemplate): Promise<StudyRecord> {
    this.#requireOpen();
    checkStudyTemplate(template);
    const { name, directions, userAttrs = {}, systemAttrs = {} } = template;
    if (await this.findStudy(name)) throw studyExists(name);
    const record = Object.freeze({
      id: this.#lastStudyId + 1,
      name,
      directions: Object.freeze([...directions]),
      userAttrs: copyOf(userAttrs),
      systemAttrs: copyOf(systemAttrs),
    });
    this.#studies.set(++this.#lastStudyId, {
      record,
      trials: [],
      waiting: new Set(),
      known: new KnownDistributions(),
    });
    return record;
  }

  async findStudy(name: string): Promise<StudyRecord | undefined> {
    this.#requireOpen();
    for (const { record } of this.#studies.values()) if (record.name === name) return record;
    return undefined;
  }

  async listStudies(): Promise<readonly StudyRecord[]> {
    this.#requireOpen();
    return Object.freeze([...this.#studies.values()].map(({ record }) => record));
  }

  async deleteStudy(studyId: number): Promise<void> {
    for (const { id } of this.#study(studyId).trials) {
      this.#studyOfTrial.delete(id);
      this.#numberOfTrial.delete(id);
    }
    this.#studies.delete(studyId);
  }

  async setStudyAttr(studyId: number, scope: AttributeScope, key: string, value: JsonValue): Promise<void> {
    const study = this.#study(studyId);
    study.record = withAttrs(study.record, scope, { [key]: value });
  }

  async createTrial(studyId: number, template: TrialTemplate): Promise<FrozenTrial> {
    const study = this.#study(studyId);
    checkTrialTemplate(template, study.record.directions.length);
    const remember = study.known.check(template.params ?? []);
    const trial = newTrial(this.#lastTrialId + 1, study.trials.length, template);
    remember();
    this.#studyOfTrial.set(++this.#lastTrialId, study);
    this.#numberOfTrial.set(trial.id, trial.number);
    return this.#put(trial);
  }

  async claimWaitingTrial(studyId: number, systemAttrs: Attributes): Promise<FrozenTrial | undefined> {
    const { trials, waiting } = this.#study(studyId);
    checkKeys(systemAttrs);
    let first: FrozenTrial | undefined;
    for (const number of waiting) if (first === undefined || number < first.number) first = trials[number];
    return first && this.#put(claimedTrial(first, new Date(), systemAttrs));
  }

  async setTrialParams(trialId: number, params: readonly SuggestedParam[]): Promise<void> {
    for (const { name } of params) checkName('parameter', name);
    const { study, trial } = this.#running(trialId);
    const remember = study.known.check(params);
    this.#put(withParams(trial, params));
    remember();
  }

  async setIntermediateValue(trialId: number, step: number, value: number): Promise<boolean> {
    checkReport(step, value);
    const { trial } = this.#running(trialId);
    const reported = withReport(trial, step, value);
    if (reported !== trial) this.#put(reported);
    return reported !== trial;
  }

  async setTrialAttr(trialId: number, scope: AttributeScope, key: string, value: JsonValue): Promise<void> {
    this.#put(withAttrs(this.#running(trialId).trial, scope, { [key]: value }));
  }

  async finishTrial(
    trialId: number,
    state: FinishedState,
    values: readonly number[] | null,
    systemAttrs: Attributes = {},
  ): Promise<void> {
    const { study, trial } = this.#running(trialId);
    checkValues(state, values, study.record.directions.length);
    this.#put(finishedTrial(trial, state, values, new Date(), systemAttrs));
  }

  async requeueTrial(trialId: number, requeue: Requeue): Promise<boolean> {
    const { trial } = this.#trial(trialId);
    checkKeys(requeue.systemAttrs);
    const isWanted = isRequeuable(trial, requeue);
    if (isWanted) this.#put(requeuedTrial(trial, requeue));
    return isWanted;
  }

  async changesSince(studyId: number, cursor?: Cursor): Promise<Changes> {
    const seen = cursor && this.#cursors.get(cursor);
    if (cursor && seen?.study.record.id !== studyId) throw foreignCursor();
    const study = this.#study(studyId);
    const trials = [
      ...(seen?.unfinished ?? [])
        .map((before) => ({ before, now: study.trials[before.number] as FrozenTrial }))
        .filter(({ before, now }) => before !== now)
        .map(({ now }) => now),
      ...study.trials.slice(seen?.count ?? 0),
    ];
    if (cursor && trials.length === 0) return Object.freeze({ cursor, trials });
    const unfinished = [...(seen?.unfinished ?? []), ...study.trials.slice(seen?.count ?? 0)]
      .map(({ number }) => study.trials[number] as FrozenTrial)
      .filter(({ state }) => !isFinished(state));
    const next = Object.freeze({}) as Cursor;
    this.#cursors.set(next, { study, count: study.trials.length, unfinished });
    return Object.freeze({ cursor: next, trials: Object.freeze(trials) });
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #requireOpen(): void {
    if (this.#closed) throw new HpoError('HPO_STORAGE', `${this.url} has been closed.`);
  }

  #study(studyId: number): MemoryStudy {
    this.#requireOpen();
    const study = this.#studies.get(studyId);
    if (study === undefined) throw noStudy(studyId);
    return study;
  }

  #trial(trialId: number): { study: MemoryStudy; trial: FrozenTrial } {
    this.#requireOpen();
    const study = this.#studyOfTrial.get(trialId);
    const trial = study?.trials[this.#numberOfTrial.get(trialId) ?? -1];
    if (study === undefined || trial === undefined) throw noTrial(trialId);
    return { study, trial };
  }

  #running(trialId: number): { study: MemoryStudy; trial: FrozenTrial } {
    const found = this.#trial(trialId);
    if (found.trial.state !== 'RUNNING') throw notRunning(trialId, found.trial.number, found.trial.state);
    return found;
  }

  #put(trial: FrozenTrial): FrozenTrial {
    const study = this.#studyOfTrial.get(trial.id) as MemoryStudy;
    study.trials[trial.number] = trial;
    if (trial.state === 'WAITING') study.waiting.add(trial.number);
    else study.waiting.delete(trial.number);
    return trial;
  }
}
