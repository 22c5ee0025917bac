import { HpoError } from '../../base/errors.ts';
import type { JsonValue } from '../../base/json.ts';
import { ownValue } from '../../base/own-value.ts';
import { bestOfAll } from '../../trial/best-trial.ts';
import {
  type Attributes,
  type FinishedState,
  type FrozenTrial,
  isFinished,
  type TrialState,
} from '../../trial/frozen-trial.ts';
import type { Metrics } from '../../trial/reported-metrics.ts';
import { KnownDistributions } from '../known-distributions.ts';
import { attemptOf, type HeldLease, heldLease, type Lease, newLease, renewedLease } from '../lease.ts';
import { checkLease, runsUnder } from '../lease-checks.ts';
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
import { foreignCursor, noSuchNumber, studyExists, studyGone } from '../storage-errors.ts';
import type { StudyRef } from '../study-ref.ts';
import { tokenOf, withToken } from '../study-ref.ts';
import {
  checkKeys,
  checkMetrics,
  checkName,
  checkReport,
  checkStudyTemplate,
  checkTrialTemplate,
  checkValues,
} from '../template-checks.ts';
import {
  copyOf,
  erasedTrial,
  finishedTrial,
  isSameJson,
  newTrial,
  requeuedTrial,
  startedTrial,
  withAttrs,
  withoutAttr,
  withParams,
  withReport,
} from '../trial-edits.ts';
import { inventoryOf, pageOf, resultsOf } from '../trial-queries.ts';

interface MemoryStudy {
  record: StudyRecord;
  readonly trials: FrozenTrial[];
  /** The numbers of the WAITING trials. */
  readonly waiting: Set<number>;
  readonly known: KnownDistributions;
}

interface Position {
  readonly study: MemoryStudy;
  /** The number of trials at that time. */
  readonly count: number;
  /** The trials that were not finished, as they were; a trial that has changed is another object. */
  readonly unfinished: readonly FrozenTrial[];
}

/**
 * Keeps studies in this process; they end with it. Behaves as the storages in files do, down to the values that come
 * back.
 */
export class MemoryStorage implements Storage {
  readonly label = 'memory:';
  readonly #studies = new Map<number, MemoryStudy>();
  readonly #studyOfTrial = new Map<number, MemoryStudy>();
  readonly #numberOfTrial = new Map<number, number>();
  readonly #cursors = new WeakMap<Cursor, Position>();
  #lastStudyId = 0;
  #lastTrialId = 0;
  #closed = false;

  async createStudy(template: StudyTemplate, ifExists: 'fail' | 'load' = 'fail'): Promise<StudyRecord> {
    this.#requireOpen();
    checkStudyTemplate(template);
    const { name, directions, userAttrs = {} } = template;
    const existing = this.#named(name);
    if (existing && ifExists === 'load') return existing;
    if (existing) throw studyExists(name, this.label);
    const systemAttrs = withToken(template.systemAttrs);
    const record = Object.freeze({
      id: this.#lastStudyId + 1,
      name,
      token: tokenOf(systemAttrs),
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
    return this.#named(name);
  }

  async listStudies(): Promise<readonly StudyRecord[]> {
    this.#requireOpen();
    return Object.freeze([...this.#studies.values()].map(({ record }) => record));
  }

  async renameStudy(ref: StudyRef, name: string): Promise<StudyRecord> {
    const study = this.#study(ref);
    checkName('study', name);
    const other = this.#named(name);
    if (other !== undefined && other.id !== ref.id) throw studyExists(name, this.label, 'give another name');
    study.record = Object.freeze({ ...study.record, name });
    return study.record;
  }

  async deleteStudy(study: StudyRef): Promise<void> {
    for (const { id } of this.#study(study).trials) {
      this.#studyOfTrial.delete(id);
      this.#numberOfTrial.delete(id);
    }
    this.#studies.delete(study.id);
  }

  async eraseTrial(ref: StudyRef, number: number, systemAttrs: Attributes = {}): Promise<FrozenTrial> {
    const trial = this.#study(ref).trials[number];
    if (trial === undefined) throw noSuchNumber(number, ref, this.label);
    return this.#put(erasedTrial(trial, new Date(), systemAttrs));
  }

  async setStudyAttr(
    ref: StudyRef,
    scope: AttributeScope,
    key: string,
    value: JsonValue | undefined,
    only?: { readonly expected: JsonValue | undefined },
  ): Promise<JsonValue | undefined> {
    const study = this.#study(ref);
    checkName('attribute', key);
    const attributes = scope === 'user' ? study.record.userAttrs : study.record.systemAttrs;
    const current = ownValue(attributes, key);
    if (only !== undefined && !isSameJson(current, only.expected)) return current;
    const record =
      value === undefined ? withoutAttr(study.record, scope, key) : withAttrs(study.record, scope, { [key]: value });
    study.record = Object.freeze({ ...record, token: tokenOf(record.systemAttrs) });
    return ownValue(scope === 'user' ? record.userAttrs : record.systemAttrs, key);
  }

  async createTrial(ref: StudyRef, template: TrialTemplate): Promise<FrozenTrial> {
    return this.#add(this.#study(ref), template);
  }

  async createTrialAfter(ref: StudyRef, count: number, template: TrialTemplate): Promise<FrozenTrial | undefined> {
    const study = this.#study(ref);
    return study.trials.length === count ? this.#add(study, template) : undefined;
  }

  async startTrial(ref: StudyRef, start: TrialStart): Promise<FrozenTrial | undefined> {
    const study = this.#study(ref);
    const { trials, waiting } = study;
    const { holder, systemAttrs = {}, atMost = Number.POSITIVE_INFINITY, trialId, except = [] } = start;
    const { newBelow = trialId === undefined ? Number.POSITIVE_INFINITY : 0 } = start;
    checkKeys(systemAttrs);
    const taken = ({ state, systemAttrs }: FrozenTrial) =>
      isFinished(state) || (state === 'RUNNING' && heldLease(systemAttrs) !== undefined);
    if (atMost <= trials.length && trials.filter(taken).length >= atMost) return undefined;
    let first: FrozenTrial | undefined;
    for (const number of waiting) {
      const trial = trials[number];
      if (trial === undefined || except.includes(trial.id)) continue;
      if (trialId !== undefined && trial.id !== trialId) continue;
      if (first === undefined || number < first.number) first = trial;
    }
    if (first === undefined && trials.length >= newBelow) return undefined;
    const lease = holder && newLease(holder, first === undefined ? 1 : attemptOf(first));
    if (first !== undefined) return this.#put(startedTrial(first, new Date(), { ...lease }));
    return this.#add(study, { state: 'RUNNING', systemAttrs: { ...systemAttrs, ...lease } });
  }

  async setTrialParams(lease: Lease, params: readonly SuggestedParam[], systemAttrs: Attributes = {}): Promise<void> {
    for (const { name } of params) checkName('parameter', name);
    const { study, trial } = this.#leased(lease);
    const changed = withAttrs(trial, 'system', systemAttrs);
    const remember = study.known.check(params);
    this.#put(withParams(changed, params));
    remember();
  }

  async setIntermediateValue(lease: Lease, step: number, value: number, metrics: Metrics = {}): Promise<boolean> {
    checkReport(step, value);
    checkMetrics(metrics);
    const { trial } = this.#leased(lease);
    const reported = withReport(trial, step, value, metrics);
    if (reported !== trial) this.#put(reported);
    return reported !== trial;
  }

  async setTrialAttrs(lease: Lease, scope: AttributeScope, attributes: Attributes): Promise<void> {
    this.#put(withAttrs(this.#leased(lease).trial, scope, attributes));
  }

  async finishTrial(
    lease: Lease,
    state: FinishedState,
    values: readonly number[] | null,
    systemAttrs: Attributes = {},
  ): Promise<FrozenTrial> {
    const { study, trial } = this.#leased(lease);
    checkValues(state, values, study.record.directions.length);
    return this.#put(finishedTrial(trial, state, values, new Date(), systemAttrs));
  }

  async requeueTrial(lease: Lease, requeue: Requeue): Promise<void> {
    const { trial } = this.#leased(lease);
    this.#put(requeuedTrial(trial, requeue));
  }

  async renew(leases: readonly Lease[]): Promise<readonly Lease[]> {
    this.#requireOpen();
    return leases.filter((lease) => {
      const trial = this.#trial(lease);
      const held = trial && runsUnder(trial, lease) ? heldLease(trial.systemAttrs) : undefined;
      if (trial && held) this.#put(withAttrs(trial, 'system', renewedLease(held)));
      return held === undefined;
    });
  }

  async leases(ref: StudyRef): Promise<readonly HeldLease[]> {
    const running = this.#study(ref).trials.filter(({ state }) => state === 'RUNNING');
    return running.flatMap(({ systemAttrs }) => heldLease(systemAttrs) ?? []);
  }

  async changesSince(ref: StudyRef, cursor?: Cursor): Promise<Changes> {
    const seen = cursor && this.#cursors.get(cursor);
    if (cursor && seen?.study.record.id !== ref.id) throw foreignCursor();
    const study = this.#study(ref);
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

  async counts(ref: StudyRef): Promise<Readonly<Record<TrialState, number>>> {
    const counts = { WAITING: 0, RUNNING: 0, COMPLETE: 0, PRUNED: 0, FAIL: 0 };
    for (const { state } of this.#study(ref).trials) counts[state]++;
    return Object.freeze(counts);
  }

  async bestTrials(ref: StudyRef, n: number): Promise<readonly FrozenTrial[]> {
    const { trials, record } = this.#study(ref);
    const best = bestOfAll(resultsOf(trials), record.directions, n);
    return Object.freeze(best.map(({ number }) => trials[number] as FrozenTrial));
  }

  async trial(ref: StudyRef, number: number): Promise<FrozenTrial | undefined> {
    return this.#study(ref).trials[number];
  }

  async page(ref: StudyRef, request: PageRequest): Promise<readonly FrozenTrial[]> {
    return pageOf(this.#study(ref).trials, request);
  }

  async inventory(ref: StudyRef): Promise<Inventory> {
    return inventoryOf(this.#study(ref).trials);
  }

  async results(ref: StudyRef): Promise<readonly TrialResult[]> {
    return resultsOf(this.#study(ref).trials);
  }

  async confirm(): Promise<void> {
    this.#requireOpen();
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #requireOpen(): void {
    if (this.#closed) throw new HpoError('HPO_STORAGE', `${this.label} has been closed.`);
  }

  #named(name: string): StudyRecord | undefined {
    for (const { record } of this.#studies.values()) if (record.name === name) return record;
    return undefined;
  }

  /** Ids are never given out twice here, so a study's token need not be compared. */
  #study(ref: StudyRef): MemoryStudy {
    this.#requireOpen();
    const study = this.#studies.get(ref.id);
    if (study === undefined) throw studyGone(ref, this.label);
    return study;
  }

  #leased(lease: Lease): { study: MemoryStudy; trial: FrozenTrial } {
    const study = this.#study(lease.study);
    const trial = this.#trial(lease);
    checkLease(trial, lease);
    return { study, trial };
  }

  #trial({ trialId, study }: Lease): FrozenTrial | undefined {
    const own = this.#studyOfTrial.get(trialId);
    return own?.record.id === study.id ? own.trials[this.#numberOfTrial.get(trialId) ?? -1] : undefined;
  }

  #add(study: MemoryStudy, template: TrialTemplate): FrozenTrial {
    checkTrialTemplate(template, study.record.directions.length);
    const remember = study.known.check(template.params ?? []);
    const trial = newTrial(this.#lastTrialId + 1, study.trials.length, template);
    remember();
    this.#studyOfTrial.set(++this.#lastTrialId, study);
    this.#numberOfTrial.set(trial.id, trial.number);
    return this.#put(trial);
  }

  #put(trial: FrozenTrial): FrozenTrial {
    const study = this.#studyOfTrial.get(trial.id) as MemoryStudy;
    study.trials[trial.number] = trial;
    if (trial.state === 'WAITING') study.waiting.add(trial.number);
    else study.waiting.delete(trial.number);
    return trial;
  }
}
