import { isDeepStrictEqual } from 'node:util';
import { type Clock, systemClock } from '../base/clock.ts';
import { HpoError } from '../base/errors.ts';
import type { JsonValue } from '../base/json.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { Sampler } from '../sampler/sampler.ts';
import type { FlatParams, Params, PartialParams, SearchSpace } from '../space/search-space.ts';
import type { SpaceDefinition } from '../space/variant.ts';
import type { Holder } from '../storage/lease.ts';
import type { Storage, StudyRecord, TrialTemplate } from '../storage/storage.ts';
import { bestOf } from '../trial/best-trial.ts';
import type { Direction } from '../trial/direction.ts';
import type { Attributes, FrozenTrial } from '../trial/frozen-trial.ts';
import { paretoFront } from '../trial/pareto-front.ts';
import { CheckpointRoot } from './checkpoints/checkpoint-root.ts';
import type { SetBack } from './checkpoints/set-back.ts';
import { completedParams } from './completed-params.ts';
import { continuedTemplate, continuingTrial } from './continued-trial.ts';
import { type Crew, CrewHolder } from './crew.ts';
import type { ObjectiveResult, Settings } from './definition/definition.ts';
import { type Duplicates, repeatedTrial, repetitionAttrs } from './duplicates.ts';
import { type EnqueueOptions, enqueue } from './enqueue.ts';
import { type UnusedValue, unusedMessage } from './enqueued-values.ts';
import { findStudy } from './find-study.ts';
import { Liveness } from './liveness.ts';
import { type LocalContext, type OptimizeOptions, optimize } from './optimize.ts';
import type { PlotKind } from './plot-kinds.ts';
import { type PlotOptions, presenter, type ReportOptions } from './presentation.ts';
import type { PausedTrial } from './retry-pauses.ts';
import { RunningTrials } from './running-trials.ts';
import { SamplerPlace } from './sampler-list.ts';
import type { SamplerNote } from './sampler-note.ts';
import type { StopReason, StopWhen } from './stop-when.ts';
import type { StoredHistory } from './stored-history.ts';
import type { StoredStudy } from './stored-study.ts';
import { CONCLUSION_KEY, ERROR_KEY, STOPPED_KEY } from './study-keys.ts';
import { StudyRight } from './study-right.ts';
import type { TakenBack } from './take-back.ts';
import type { LiveTrial } from './trial/live-trial.ts';
import { type Failure, type FinishedTrial, type Outcome, outcomeOf, type Told } from './trial/outcome.ts';
import { type AskRules, type RunningElsewhere, TrialQueue } from './trial-queue.ts';

/** The parts of a {@link Study}; `createStudy` and `loadStudy` put them together. */
export interface StudyParts<D extends SpaceDefinition> {
  readonly record: StudyRecord;
  readonly storage: Storage;
  readonly space: SearchSpace<D>;
  readonly sampler: Sampler;
  readonly pruner: Pruner;
  readonly seed: number;
  /** The number of times that a trial is run again when its process has died; then it fails. */
  readonly retries: number;
  readonly history: StoredHistory;
  /** The holder of the leases of trials that are started here. */
  readonly holder: Holder;
  /** The clock of the leases. Default: this process's. */
  readonly clock?: Clock;
  /** The place of the trials' checkpoints. Default: a temporary one. */
  readonly checkpoints?: CheckpointRoot;
  /** The fate of trials that repeat another one. Default `run`. */
  readonly duplicates?: Duplicates | undefined;
  /** System attributes of the trials that are started here. Default: none. */
  readonly marks?: Attributes;
}

/** A trial that was finished without being run. */
export interface Reused extends FinishedTrial {
  /** The number of the trial whose values it has. */
  readonly repeats: number;
}

/** A running trial of a study, its parameters typed by the study's space. */
export type StudyTrial<D extends SpaceDefinition = SpaceDefinition> = LiveTrial<Params<SearchSpace<D>>>;

/**
 * An open study: {@link ask} starts trials with parameters from its sampler, {@link tell} finishes them, and {@link
 * bestTrial} finds the best. Any number of processes may have the same study open.
 *
 * @typeParam D the definition of its search space, from which the type of all parameters follows.
 */
export class Study<D extends SpaceDefinition = SpaceDefinition> {
  /** The name of the study in its storage. */
  readonly name: string;
  /** The direction of each objective. */
  readonly directions: readonly Direction[];
  /** The declared search space; empty for objectives that ask for their parameters as they run. */
  readonly space: SearchSpace<D>;
  /** The seed that fixes every random draw of the study. */
  readonly seed: number;
  readonly #parts: StudyParts<D>;
  readonly #history: StoredHistory;
  readonly #running: RunningTrials;
  readonly #queue: TrialQueue<D>;
  readonly #clock: Clock;
  readonly #holder: CrewHolder;
  readonly #liveness: Liveness;
  readonly #checkpoints: CheckpointRoot;
  #hasSetBackListener = false;
  #stopped = false;
  #hasUnusedListener = false;

  constructor(parts: StudyParts<D>) {
    this.#parts = parts;
    this.name = parts.record.name;
    this.directions = parts.record.directions;
    this.space = parts.space;
    this.seed = parts.seed;
    const { record: study, storage, space, sampler, pruner, seed, history, retries, duplicates, marks } = parts;
    const holder = new CrewHolder(parts.holder);
    this.#holder = holder;
    this.#history = history;
    this.#clock = parts.clock ?? systemClock;
    this.#liveness = new Liveness(this.#clock);
    this.#checkpoints = parts.checkpoints ?? CheckpointRoot.passing();
    const [clock, liveness, checkpoints] = [this.#clock, this.#liveness, this.#checkpoints];
    const samplerPlace = new SamplerPlace(storage, study, { sampler, pruner, space, name: study.name, duplicates });
    const common = { storage, study, history, sampler, checkpoints, holder };
    const running = new RunningTrials({ ...common, samplerPlace, pruner, seed, clock, liveness, marks });
    this.#running = running;
    running.onUnused((unused) => {
      if (!this.#hasUnusedListener) process.emitWarning(unusedMessage(unused), 'HpoWarning');
    });
    this.#queue = new TrialQueue({ ...common, space, running, liveness, clock, retries });
    this.#queue.onSetBack(({ message }) => {
      if (!this.#hasSetBackListener) process.emitWarning(message, 'HpoWarning');
    });
  }

  /** The sampler that chooses parameters. */
  get sampler(): Sampler {
    return this.#parts.sampler;
  }

  /** The pruner that judges running trials. */
  get pruner(): Pruner {
    return this.#parts.pruner;
  }

  /** The study as it was stored when it was opened. */
  get record(): StudyRecord {
    return this.#parts.record;
  }

  /** The system attributes of the trials that are started here, besides those of their own; mostly none. */
  get marks(): Attributes {
    return this.#parts.marks ?? {};
  }

  /** Whether the sampler has nothing left to try, as of the last look at the trials. */
  get isSpent(): boolean {
    return this.#queue.isSpent;
  }

  /** The trials that other coordinators run, by number, as of the last look at the trials. */
  get runningElsewhere(): readonly RunningElsewhere[] {
    return this.#queue.runningElsewhere;
  }

  /**
   * Has the trials that start from now on show the workers of this process to whoever watches the study. For callers of
   * {@link ask}; {@link optimize} does it. Fields that are left out stay as they are.
   */
  setCrew(crew: Partial<Crew>): void {
    this.#holder.crew = { ...this.#holder.crew, ...crew };
  }

  /** The name of the study's storage; never with a password. */
  get storageLabel(): string {
    return this.#parts.storage.label;
  }

  /**
   * Starts a trial: the first WAITING one, or else a new one. The sampler chooses its parameters, which are stored
   * before it is returned. The caller runs it and finishes it by {@link tell}.
   *
   * @param options.owned false for a trial that outlives this process and is finished by another one: {@link recover}
   *   never takes it back. Default true: it goes back to WAITING if the study is closed before it is finished.
   * @throws HpoError HPO_NOTHING_TO_SHOW if the sampler has nothing left to try.
   */
  async ask(options: { readonly owned?: boolean } = {}): Promise<StudyTrial<D>> {
    const trial = await this.#queue.ask(options.owned === false ? null : this.#holder);
    if (trial !== undefined) return trial;
    const what = `The sampler ${this.sampler.name} has nothing left to try in the study '${this.name}'.`;
    throw new HpoError('HPO_NOTHING_TO_SHOW', what);
  }

  /**
   * Continues a finished trial, which never changes, as a new one: with its parameters, from its last checkpoint, and
   * with its reports up to there. The new trial is marked `hpo:continues`, and counts like any other. The pruner is not
   * asked about steps that the finished trial reported. The caller runs the trial and finishes it by {@link tell}. Where
   * a trial that continues the finished one with these settings was interrupted, and waits, it is started again.
   *
   * @param options.settings the settings of the new trial, kept with it (`hpo:settings`), where they are not the
   *   study's.
   * @throws HpoError HPO_NOTHING_TO_SHOW without such a trial, or where it has no checkpoint; HPO_TRIAL_STATE if it is
   *   not finished; HPO_STUDY_DIFFERS if it lacks parameters of the space.
   */
  async resume(number: number, options: { readonly settings?: Settings | undefined } = {}): Promise<StudyTrial<D>> {
    const { storage, record } = this.#parts;
    const holder = this.#holder;
    await this.#queue.recover();
    const waiting = continuingTrial(this.#history.trials, number, options.settings);
    const started = waiting && (await storage.startTrial(record, { holder, trialId: waiting.id }));
    const created = started ?? (await storage.createTrial(record, await this.#continued(number, options.settings)));
    const opened = await this.#queue.open(created);
    if (opened !== undefined) return opened;
    const what = `The checkpoint of trial ${number} is gone; trial ${created.number} waits to be run from the beginning.`;
    throw new HpoError('HPO_TRIAL_STATE', what, { data: { trial: created.number } });
  }

  /** Checks, without a change, that {@link resume} could continue a trial. @throws as it does. */
  async checkResume(number: number): Promise<void> {
    await this.#history.refresh();
    await this.#continued(number, undefined);
  }

  /**
   * Starts a trial as {@link ask} does, unless the study has `target` trials that are finished or that coordinators
   * run. (Optuna's trials count only when they are finished, since they may never be.)
   *
   * @returns `'elsewhere'` while other processes run the missing trials, or one is not to be run again yet, and asking
   *   again later may start one;
   *   undefined if no trial is to start any more: the target is reached, `stopWhen` holds, the sampler has nothing left
   *   to try, or `isOver` says so.
   */
  askUntil(target: number, rules: AskRules = {}): Promise<StudyTrial<D> | 'elsewhere' | undefined> {
    return this.#queue.askUntil(target, rules);
  }

  /**
   * Finds the rule that ends the study with its present trials, and keeps it with the study (`hpo:stopped`); a rule
   * that no longer holds is removed.
   * @returns undefined while none holds, while trials whose outcome may change that still run, and without `stopWhen`.
   */
  async stopReason(stopWhen: StopWhen | undefined): Promise<StopReason | undefined> {
    await this.#history.refresh();
    const reason = stopWhen && this.#queue.stopReason(stopWhen);
    const { storage, record } = this.#parts;
    const kept = (await this.#stored()).systemAttrs[STOPPED_KEY];
    if (!isDeepStrictEqual(kept, reason)) await storage.setStudyAttr(record, 'system', STOPPED_KEY, reason);
    return reason;
  }

  /**
   * Adds a WAITING trial, to be started by the next {@link ask} of any process, Optuna's included. The sampler chooses
   * parameters that are left out when the trial starts.
   *
   * @param params some or all of the parameters. In a study that declares none, they are those that its objective asks
   *   for, and are checked as far as earlier trials have had them.
   * @param options.skipIfExists add no trial if one has exactly these parameters already, or is to have them (numbers
   *   within a relative 1e-5). Default false.
   * @returns the trial, or undefined if it was skipped.
   * @throws HpoError HPO_INVALID_ARGUMENT for a parameter or a value that the space does not have.
   */
  enqueue(params: PartialParams<SearchSpace<D>>, options: EnqueueOptions = {}): Promise<FrozenTrial | undefined> {
    return enqueue(params, options, { ...this.#parts, space: this.space });
  }

  /**
   * Finishes a trial.
   *
   * @param trial the trial that {@link ask} returned, or the number of a RUNNING trial.
   * @param told its value, one value for each direction, or `'PRUNED'` or `'FAIL'`. By Optuna's rules a NaN or a wrong
   *   count of values FAILs the trial; a PRUNED one takes its last intermediate value.
   * @param failure the reason for `'FAIL'`, which is kept with the trial.
   * @returns the trial as it is stored now.
   * @throws HpoError HPO_TRIAL_STATE if the trial is not RUNNING, HPO_LEASE_LOST if another process has taken it over,
   *   HPO_INVALID_ARGUMENT if there is no such trial.
   */
  async tell(trial: { readonly number: number } | number, told: Told, failure?: Failure): Promise<FinishedTrial> {
    const number = typeof trial === 'number' ? trial : trial.number;
    // A pruned trial's value depends on its reports, and a number alone means the trial as it is now.
    const isKnown = typeof trial === 'object' && this.#history.trials[number] !== undefined;
    if (told === 'PRUNED' || !isKnown) await this.#history.refresh();
    const running = this.#history.trial(number);
    const outcome = outcomeOf(told, running, this.directions.length, failure);
    const attrs = outcome.failure ? { [ERROR_KEY]: outcome.failure } : {};
    const finished = await this.#running.finish(trial, outcome.state, outcome.values, attrs);
    // Trials of other processes may have begun with checkpoints that are not to be swept away then.
    const isToSweep = this.#checkpoints.isToSweep(finished);
    if (isToSweep || finished === undefined || !this.#history.record(finished)) await this.#history.refresh();
    const ended = this.#history.trial(number);
    if (isToSweep) await this.#checkpoints.sweep(this.#history.history, ended);
    return { trial: ended, outcome };
  }

  /**
   * Stores a constraint with a RUNNING trial, as `trial.setConstraint()` does, for one that another process has asked
   * for.
   * @throws HpoError HPO_TRIAL_STATE if the trial is not RUNNING; HPO_INVALID_ARGUMENT if there is no such trial, and as
   *   `trial.setConstraint()`.
   */
  async setConstraint(trial: { readonly number: number } | number, name: string, value: number): Promise<void> {
    await this.#history.refresh();
    await this.#running.setConstraint(trial, name, value);
  }

  /**
   * Finishes a trial with the values of the first complete one with the same parameters, whose number it is marked with
   * (`hpo:repeats`), in a study with `duplicates: 'reuse'`.
   * @returns undefined where there is none, or the study runs every trial.
   */
  async reuse(trial: StudyTrial<D>): Promise<Reused | undefined> {
    if (this.#parts.duplicates !== 'reuse') return undefined;
    await this.#history.refresh();
    const original = repeatedTrial(this.#history.trial(trial.number), this.#history.history);
    if (original === undefined) return undefined;
    const { values } = original;
    await this.#running.finish(trial, 'COMPLETE', values, repetitionAttrs(original));
    await this.#history.refresh();
    const outcome: Outcome = { state: 'COMPLETE', values };
    return { trial: this.#history.trial(trial.number), outcome, repeats: original.number };
  }

  /**
   * Runs an objective in this process until the study has the wanted number of finished trials, by any process, or the
   * sampler has nothing left to try. An objective that throws fails only its trial. If another process takes a trial
   * over, its `signal` is aborted, and its outcome is dropped.
   *
   * @throws the first error of `onTrial` or the storage, after the running trials have ended; no further one starts.
   */
  async optimize(
    objective: (context: LocalContext<D>) => Promise<ObjectiveResult> | ObjectiveResult,
    options: OptimizeOptions,
  ): Promise<void> {
    this.#stopped = false;
    await optimize(this, objective, options, () => this.#stopped);
    await this.#parts.storage.confirm(); // else nobody would find the announced results
  }

  /** Makes a running {@link optimize} start no further trial. */
  stop(): void {
    this.#stopped = true;
  }

  /** All trials by number, as they are stored now. */
  async trials(): Promise<readonly FrozenTrial[]> {
    return [...(await this.#history.refresh())];
  }

  /**
   * The COMPLETE trial with the best value; the first of equals. Undefined while there is none.
   * @throws HpoError HPO_INVALID_ARGUMENT for a study with several directions, which has {@link bestTrials}.
   */
  async bestTrial(): Promise<FrozenTrial | undefined> {
    return bestOf(await this.#history.refresh(), this.directions);
  }

  /**
   * The Pareto front: the COMPLETE trials that no other surpasses in one direction without falling behind in another,
   * by number; with one direction, all that share the best value. Empty while none is complete.
   */
  async bestTrials(): Promise<readonly FrozenTrial[]> {
    return paretoFront(await this.#history.refresh(), this.directions);
  }

  /** The parameters of {@link bestTrial}, in the form of {@link paramsOf}; undefined while there is none. */
  async bestParams(): Promise<Params<SearchSpace<D>> | undefined> {
    const best = await this.bestTrial();
    return best === undefined ? undefined : this.paramsOf(best);
  }

  /**
   * The report of the study as one HTML document that needs nothing else, as `hpo report` writes it: its charts, the best
   * trial, the retrained winner (if there is `runs/<study>/retrain/`), and all trials in a table.
   *
   * @throws HpoError HPO_NOTHING_TO_SHOW while no trial is finished.
   */
  async report(options: ReportOptions = {}): Promise<string> {
    const shown = await presenter();
    return shown.report(await this.#asStored(), options);
  }

  /**
   * A chart of the study as an SVG picture, as `hpo plot` draws it.
   *
   * @throws HpoError HPO_NOTHING_TO_SHOW where its trials do not make the chart yet, saying why; HPO_INVALID_ARGUMENT for
   *   another kind, and for a parameter, a metric or a direction that the study does not have.
   */
  async plot(kind: PlotKind, options: PlotOptions = {}): Promise<string> {
    const shown = await presenter();
    return shown.plot(await this.#asStored(), kind, options);
  }

  /**
   * A trial's parameters, typed by the search space; beside them, under their names, those that it asked for as it ran.
   * Parameters that the trial lacks, since the space did not have them then, are drawn by the study's seed, the trial's
   * number and their names: {@link drawnParams} returns them.
   */
  paramsOf(trial: FrozenTrial): Params<SearchSpace<D>> {
    return completedParams(this.space, trial, this.seed).params;
  }

  /** The parameters, as they would be stored, that {@link paramsOf} draws because the trial lacks them; mostly none. */
  drawnParams(trial: FrozenTrial): FlatParams {
    return completedParams(this.space, trial, this.seed).drawn;
  }

  /**
   * Takes back the trials that dead coordinators left RUNNING, on whatever machine. They go back to WAITING in their
   * rows, with their parameters, their attempts counted and their reports dropped; those that have been tried more
   * often than `retries` allows fail. The trials of live coordinators and of Optuna are left alone. A coordinator of
   * this machine is known to be dead at once; one of another machine, when its leases have not been renewed for their
   * grace time while this process watched. {@link ask}, {@link askUntil} and {@link optimize} call it before each
   * trial.
   *
   * @returns the trials taken back, as they were.
   */
  recover(): Promise<readonly TakenBack[]> {
    return this.#queue.recover();
  }

  /** Calls `listener` for every trial that {@link recover} takes back from now on. */
  onTakenBack(listener: (taken: TakenBack) => void): void {
    this.#queue.onTakenBack(listener);
  }

  /**
   * Calls `listener` for each value that a trial was enqueued with and could not take, from now on: the trial, the
   * parameter, the value, the reason, and the value that was chosen in its place. Without a listener, Node emits a
   * warning (`process.emitWarning`).
   */
  onUnused(listener: (unused: UnusedValue) => void): void {
    this.#hasUnusedListener = true;
    this.#running.onUnused(listener);
  }

  /** Calls `listener` for each note of the sampler ({@link Draw.note}) that differs from the one before, from now on. */
  onSamplerNote(listener: (note: SamplerNote) => void): void {
    this.#running.onNote(listener);
  }

  /**
   * Calls `listener` for each trial that {@link askUntil} does not start yet, since its process has died repeatedly: 5 s
   * after the second time, and twice as long after each further one, up to a minute.
   */
  onPaused(listener: (paused: PausedTrial) => void): void {
    this.#queue.onPaused(listener);
  }

  /**
   * Calls `listener` for each trial that is set back from now on, to an earlier checkpoint or to its beginning, because
   * the last one is missing, broken, or in another folder. Without a listener, Node emits a warning
   * (`process.emitWarning`).
   */
  onSetBack(listener: (trial: SetBack) => void): void {
    this.#hasSetBackListener = true;
    this.#queue.onSetBack(listener);
  }

  /**
   * Hands a RUNNING trial of this process back: it goes to WAITING, and the next {@link ask} of any process starts it
   * again.
   */
  async requeue(trial: { readonly number: number }): Promise<void> {
    await this.#running.requeue(trial);
  }

  /** The checkpoints of the study's trials. */
  get checkpoints(): CheckpointRoot {
    return this.#checkpoints;
  }

  /** The number of finished trials, as stored now. */
  async finishedCount(): Promise<number> {
    await this.#history.refresh();
    return this.#queue.finishedCount;
  }

  /** The right to conclude the study: to write its results and to retrain its winner. */
  conclusion(): StudyRight {
    const { storage, record, holder } = this.#parts;
    const [clock, liveness] = [this.#clock, this.#liveness];
    return new StudyRight(CONCLUSION_KEY, { storage, record, holder, clock, liveness });
  }

  /** The attributes that the user has stored with the study. */
  async userAttrs(): Promise<Attributes> {
    return (await this.#stored()).userAttrs;
  }

  /** The attributes that hpo and other frameworks keep with the study; ours begin with `hpo:`. */
  async systemAttrs(): Promise<Attributes> {
    return (await this.#stored()).systemAttrs;
  }

  /** Stores an attribute with the study: any value of JSON, NaN and the infinities included. */
  async setUserAttr(key: string, value: JsonValue): Promise<void> {
    await this.#parts.storage.setStudyAttr(this.#parts.record, 'user', key, value);
  }

  /** Hands back the trials that this process runs, and closes the storage that the study was opened with. */
  async close(): Promise<void> {
    await this.#running.close();
    await this.#parts.storage.close();
    await this.#checkpoints.close();
  }

  #continued(number: number, settings: Settings | undefined): Promise<TrialTemplate> {
    const { storage, record } = this.#parts;
    const holder = this.#holder;
    const parts = { record, space: this.space, checkpoints: this.#checkpoints, holder, label: storage.label };
    return continuedTemplate(number, this.#history.trials[number], parts, settings);
  }

  async #asStored(): Promise<StoredStudy> {
    const { storage } = this.#parts;
    const record = await this.#stored();
    const { trials } = await storage.changesSince(record); // the history may lack reports of trials that run elsewhere
    return { record, trials, storageLabel: storage.label };
  }

  async #stored(): Promise<StudyRecord> {
    return findStudy(this.#parts.storage, this.name);
  }
}
