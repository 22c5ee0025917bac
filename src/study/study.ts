import { HpoError } from '../base/errors.ts';
import type { JsonValue } from '../base/json.ts';
import { Mutex } from '../base/mutex.ts';
import { ownValue } from '../base/own-value.ts';
import { thisProcess } from '../machine/process-identity.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { Sampler } from '../sampler/sampler.ts';
import type { NestedParams } from '../space/nested-params.ts';
import type { Params, SearchSpace } from '../space/search-space.ts';
import type { SpaceDefinition } from '../space/variant.ts';
import type { Storage, StudyRecord } from '../storage/storage.ts';
import { bestOf } from '../trial/best-trial.ts';
import type { Direction } from '../trial/direction.ts';
import { type Attributes, type FrozenTrial, isFinished } from '../trial/frozen-trial.ts';
import { paretoFront } from '../trial/pareto-front.ts';
import type { ObjectiveResult } from './definition/definition.ts';
import { enqueuedParams, hasParams } from './enqueued-params.ts';
import { findStudy } from './find-study.ts';
import { type LocalContext, type OptimizeOptions, optimize } from './optimize.ts';
import { attemptOf, ownerOf, vitality } from './owner.ts';
import { RunningTrials } from './running-trials.ts';
import { StoredHistory } from './stored-history.ts';
import { ATTEMPT_KEY, ERROR_KEY, FIXED_PARAMS_KEY, OWNER_KEY } from './study-keys.ts';
import type { LiveTrial } from './trial/live-trial.ts';
import { type Failure, type FinishedTrial, failureOf, outcomeOf, type Told } from './trial/outcome.ts';

/** What a {@link Study} is made of; `createStudy` and `loadStudy` put it together. */
export interface StudyParts<D extends SpaceDefinition> {
  readonly record: StudyRecord;
  readonly storage: Storage;
  readonly space: SearchSpace<D>;
  readonly sampler: Sampler;
  readonly pruner: Pruner;
  readonly seed: number;
}

/** A running trial of a study, its parameters typed by the study's space. */
export type StudyTrial<D extends SpaceDefinition = SpaceDefinition> = LiveTrial<Params<SearchSpace<D>>>;

/** How far a study has come: finished trials, and those that live processes of this machine are running. */
export interface StudyProgress {
  readonly finished: number;
  /** Run by this process (and its workers). */
  readonly here: number;
  /** Run by other processes. */
  readonly elsewhere: number;
}

/**
 * A study that is open: asks its sampler for trials, is told how they ended, and answers which is best. Any number of
 * processes may have the same study open.
 *
 * @typeParam D the definition of its search space, from which the type of all parameters follows.
 */
export class Study<D extends SpaceDefinition = SpaceDefinition> {
  readonly name: string;
  readonly directions: readonly Direction[];
  readonly space: SearchSpace<D>;
  /** Fixes every random draw of the study. */
  readonly seed: number;
  readonly #parts: StudyParts<D>;
  readonly #history: StoredHistory;
  readonly #running: RunningTrials;
  readonly #asking = new Mutex();
  #stopped = false;

  constructor(parts: StudyParts<D>) {
    this.#parts = parts;
    this.name = parts.record.name;
    this.directions = parts.record.directions;
    this.space = parts.space;
    this.seed = parts.seed;
    const { storage, sampler, pruner, seed, record, space } = parts;
    this.#history = new StoredHistory(storage, record, space);
    this.#running = new RunningTrials({ storage, history: this.#history, sampler, pruner, seed });
  }

  get sampler(): Sampler {
    return this.#parts.sampler;
  }

  get pruner(): Pruner {
    return this.#parts.pruner;
  }

  /** Where the study is kept, as a URL. */
  get storageUrl(): string {
    return this.#parts.storage.url;
  }

  /**
   * Starts a trial: the first WAITING one, else a new one. Its parameters are chosen by the sampler and stored before
   * it is returned. The caller runs it and {@link tell}s how it ended.
   *
   * @param options.owned false for a trial that outlives this process, to be told of by another one: {@link recover}
   *   never takes it back. Default true.
   */
  ask(options: { readonly owned?: boolean } = {}): Promise<StudyTrial<D>> {
    return this.#asking.run(() => this.#ask(options.owned));
  }

  /**
   * Starts a trial as {@link ask} does, unless the study has `target` trials that are finished or run by live processes
   * of this machine: then undefined. (Trials of other machines and of Optuna count when they are finished: nobody can
   * tell whether they ever will be.)
   */
  askUntil(target: number): Promise<StudyTrial<D> | undefined> {
    return this.#asking.run(async () => {
      const { finished, here, elsewhere } = await this.progress();
      return finished + here + elsewhere < target ? this.#ask() : undefined;
    });
  }

  /**
   * Adds a trial that is WAITING, to be started by the next {@link ask} of any process, Optuna's too. Parameters that
   * are left out are chosen by the sampler when it starts.
   *
   * @param params some or all of the parameters.
   * @param options.skipIfExists add none if a trial has just these parameters already, or is to have them (numbers
   *   within a relative 1e-5). Default false.
   * @returns the trial, or undefined if it was skipped.
   * @throws HpoError HPO_INVALID_ARGUMENT for a parameter or a value that the space does not have.
   */
  async enqueue(
    params: Partial<Params<SearchSpace<D>>>,
    options: { readonly skipIfExists?: boolean; readonly userAttrs?: Attributes } = {},
  ): Promise<FrozenTrial | undefined> {
    const flat = enqueuedParams(this.space, params as NestedParams);
    const { storage, record } = this.#parts;
    if (options.skipIfExists && (await this.#history.refresh()).some((trial) => hasParams(trial, flat)))
      return undefined;
    const systemAttrs = { [FIXED_PARAMS_KEY]: flat };
    return storage.createTrial(record.id, { state: 'WAITING', systemAttrs, userAttrs: options.userAttrs ?? {} });
  }

  /**
   * Finishes a trial.
   *
   * @param trial what {@link ask} returned, or the number of a RUNNING trial.
   * @param told its value, one value for each direction, or `'PRUNED'` or `'FAIL'`. By Optuna's rules a NaN or a wrong
   *   count of values FAILs the trial; a PRUNED one takes its last intermediate value.
   * @param failure with `'FAIL'`: why, kept with the trial.
   * @returns the trial as it is stored now.
   * @throws HpoError HPO_TRIAL_STATE if the trial is not RUNNING, HPO_INVALID_ARGUMENT if there is no such trial.
   */
  async tell(trial: { readonly number: number } | number, told: Told, failure?: Failure): Promise<FinishedTrial> {
    const number = typeof trial === 'number' ? trial : trial.number;
    // Only a pruned trial's value depends on what it has reported.
    if (told === 'PRUNED' || this.#history.trials[number] === undefined) await this.#history.refresh();
    const running = this.#history.trial(number);
    const outcome = outcomeOf(told, running, this.directions.length, failure);
    const attrs = outcome.failure ? { [ERROR_KEY]: outcome.failure } : {};
    await this.#parts.storage.finishTrial(running.id, outcome.state, outcome.values, attrs);
    this.#running.close(number);
    await this.#history.refresh();
    return { trial: this.#history.trial(number), outcome };
  }

  /**
   * Runs an objective in this process until the study has as many finished trials as asked for.
   * An objective that throws fails its trial alone.
   */
  optimize(
    objective: (context: LocalContext<D>) => Promise<ObjectiveResult> | ObjectiveResult,
    options: OptimizeOptions,
  ): Promise<void> {
    this.#stopped = false;
    return optimize(this, objective, options, () => this.#stopped);
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
   * @throws HpoError HPO_INVALID_ARGUMENT for a study with several directions: there it takes {@link bestTrials}.
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

  /** The parameters of {@link bestTrial}, as {@link paramsOf} gives them. */
  async bestParams(): Promise<Params<SearchSpace<D>> | undefined> {
    const best = await this.bestTrial();
    return best === undefined ? undefined : this.paramsOf(best);
  }

  /**
   * A trial's parameters, typed by the search space; beside them, under their names, those that it asked for as it ran.
   * @throws HpoError HPO_STUDY_DIFFERS if the trial lacks one (a trial of another space).
   */
  paramsOf(trial: FrozenTrial): Params<SearchSpace<D>> {
    const declared = this.space.assemble((name) => {
      const value = ownValue(trial.params, name);
      if (value !== undefined) return value;
      throw new HpoError('HPO_STUDY_DIFFERS', `Trial ${trial.number} of study '${this.name}' has no \`${name}\`.`);
    });
    const asked: object = this.space.undeclared(trial.params);
    return Object.freeze({ ...declared, ...asked });
  }

  /**
   * Sets the RUNNING trials of our own dead processes on this machine back to WAITING, in their rows, with their
   * parameters; their attempts are counted and their reports dropped. Other processes' live trials, other machines' and
   * Optuna's are left alone.
   *
   * @returns the trials taken back, as they were.
   */
  async recover(): Promise<readonly FrozenTrial[]> {
    const recovered: FrozenTrial[] = [];
    for (const trial of await this.#history.refresh()) {
      if (trial.state !== 'RUNNING') continue;
      const owner = ownerOf(trial);
      if (owner !== undefined && vitality(owner) === 'dead' && (await this.#requeue(trial))) recovered.push(trial);
    }
    return recovered;
  }

  /** Hands a RUNNING trial of this process back: it goes to WAITING and is run again by whoever asks next. */
  async requeue(trial: { readonly number: number }): Promise<void> {
    await this.#history.refresh();
    await this.#requeue(this.#history.trial(trial.number));
    this.#running.close(trial.number);
  }

  /** How many trials are finished, and how many this and other live processes of this machine are running. */
  async progress(): Promise<StudyProgress> {
    const trials = await this.#history.refresh();
    let [finished, here, elsewhere] = [this.#history.settled, 0, 0];
    for (let number = finished; number < trials.length; number++) {
      const trial = trials[number] as FrozenTrial;
      if (isFinished(trial.state)) finished++;
      const owner = trial.state === 'RUNNING' ? ownerOf(trial) : undefined;
      if (owner === undefined || vitality(owner) !== 'alive') continue;
      if (owner.pid === process.pid) here++;
      else elsewhere++;
    }
    return { finished, here, elsewhere };
  }

  /** What the user has stored with the study. */
  async userAttrs(): Promise<Attributes> {
    return (await this.#record()).userAttrs;
  }

  /** What hpo and other frameworks keep with the study; ours begin with `hpo:`. */
  async systemAttrs(): Promise<Attributes> {
    return (await this.#record()).systemAttrs;
  }

  /** Stores something with the study: anything JSON can hold, NaN and infinities too. */
  setUserAttr(key: string, value: JsonValue): Promise<void> {
    return this.#parts.storage.setStudyAttr(this.#parts.record.id, 'user', key, value);
  }

  /** Closes the storage that the study was opened with. */
  close(): Promise<void> {
    return this.#parts.storage.close();
  }

  async #ask(owned = true): Promise<StudyTrial<D>> {
    const started = await this.#start(owned);
    try {
      return await this.#running.open(this.space, started);
    } catch (error) {
      // The sampler threw, or a parameter cannot be stored: that trial will never run.
      const failure = { [ERROR_KEY]: failureOf(error) };
      await this.#parts.storage.finishTrial(started.id, 'FAIL', null, failure).catch(() => undefined);
      throw error;
    }
  }

  async #start(owned: boolean): Promise<FrozenTrial> {
    const { storage, record } = this.#parts;
    const owner: Attributes = owned ? { [OWNER_KEY]: thisProcess() } : {};
    return (
      (await storage.claimWaitingTrial(record.id, owner)) ??
      (await storage.createTrial(record.id, { state: 'RUNNING', systemAttrs: owner }))
    );
  }

  async #record(): Promise<StudyRecord> {
    return findStudy(this.#parts.storage, this.name);
  }

  async #requeue(trial: FrozenTrial): Promise<boolean> {
    const owner = trial.systemAttrs[OWNER_KEY];
    return this.#parts.storage.requeueTrial(trial.id, {
      keepReportsTo: null,
      systemAttrs: { [OWNER_KEY]: null, [ATTEMPT_KEY]: attemptOf(trial) + 1 },
      ...(owner !== undefined && { onlyIf: { [OWNER_KEY]: owner } }),
    });
  }
}
