import type { Clock } from '../base/clock.ts';
import { HpoError } from '../base/errors.ts';
import { ownValue, recordOf } from '../base/own-value.ts';
import type { History } from '../history/history.ts';
import { type Pruner, peersOf } from '../pruner/pruner.ts';
import { isLater } from '../sampler/is-later.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { incompatibility } from '../space/compatibility.ts';
import type { Distribution, ParamValue } from '../space/distribution.ts';
import type { FlatParams, Params, SearchSpace } from '../space/search-space.ts';
import type { SpaceDefinition } from '../space/variant.ts';
import { attemptOf, type Holder, type Lease, leaseOf } from '../storage/lease.ts';
import type { Storage, SuggestedParam } from '../storage/storage.ts';
import { isTrialLost, leaseLost } from '../storage/storage-errors.ts';
import type { StudyRef } from '../storage/study-ref.ts';
import { type Attributes, type FinishedState, type FrozenTrial, lastStep } from '../trial/frozen-trial.ts';
import { type AttemptDesk, AttemptPort, setConstraint } from './attempt-port.ts';
import type { CheckpointRoot } from './checkpoints/checkpoint-root.ts';
import { continuedTrial } from './checkpoints/kept-checkpoints.ts';
import type { CheckpointsStart } from './checkpoints/trial-checkpoints.ts';
import { EnqueuedValues, type UnusedValue } from './enqueued-values.ts';
import { Heartbeat } from './heartbeat.ts';
import { retire } from './holder.ts';
import { isJudgedHopeless, judgementAttrs } from './judgements.ts';
import type { Liveness } from './liveness.ts';
import { ownSettings } from './own-settings.ts';
import { ParamChoice } from './param-choice.ts';
import { requeueOf } from './requeue-of.ts';
import { RunningAttempt } from './running-attempt.ts';
import { sampledHistory } from './sampled-history.ts';
import type { SamplerPlace } from './sampler-list.ts';
import type { SamplerNote } from './sampler-note.ts';
import { ownTrial, SeenHistory } from './seen-history.ts';
import type { StoredHistory } from './stored-history.ts';
import { FIXED_PARAMS_KEY } from './study-keys.ts';
import { handedBack } from './take-back.ts';
import { LiveTrial } from './trial/live-trial.ts';
import { expectedLook, TrialLooks } from './trial-looks.ts';

/** The parts that {@link RunningTrials} works with. */
export interface RunningTrialsParts {
  readonly storage: Storage;
  readonly study: StudyRef;
  readonly history: StoredHistory;
  readonly sampler: Sampler;
  readonly samplerPlace: SamplerPlace;
  readonly pruner: Pruner;
  readonly seed: number;
  readonly holder: Holder;
  readonly clock: Clock;
  /** Judges the leases of others. */
  readonly liveness: Liveness;
  readonly checkpoints: CheckpointRoot;
  /** System attributes of the trials that are started here. */
  readonly marks?: Attributes | undefined;
}

/**
 * Serves a study's running trials: chooses and stores their parameters, their reports and their attributes, and keeps
 * their leases alive.
 */
export class RunningTrials {
  readonly #parts: RunningTrialsParts;
  readonly #study: StudyRef;
  readonly #heartbeat: Heartbeat;
  readonly #desk: AttemptDesk;
  /** The attempts that run here, or were lost, by the number of the trial. */
  readonly #running = new Map<number, RunningAttempt>();
  /** The attempts that ended here while the storage could not take them back. */
  readonly #unreturned = new Set<RunningAttempt>();
  readonly #onUnused = new Set<(unused: UnusedValue) => void>();
  readonly #onNote = new Set<(note: SamplerNote) => void>();
  #lastNote: string | undefined;

  constructor(parts: RunningTrialsParts) {
    this.#parts = parts;
    const { id, name, token } = parts.study;
    this.#study = Object.freeze({ id, name, token });
    this.#heartbeat = new Heartbeat(parts.storage, parts.clock, parts.holder.graceMs, parts.liveness);
    const { storage, checkpoints } = parts;
    this.#desk = {
      storage,
      checkpoints,
      write: (running, write) => this.#write(running, write),
      shouldPrune: (running) => this.#shouldPrune(running),
      suggest: (running, name, distribution) => this.#suggest(running, name, distribution),
    };
  }

  /**
   * The other trials as the sampler will see them if a new one starts now, and no other process writes meanwhile: the
   * attribute to start it with, which is then not written by itself.
   */
  expectedLook(): Attributes {
    return expectedLook(this.#parts.history.history, this.#parts.samplerPlace.known);
  }

  /** Whether the study has the sampler in its list already, so that {@link expectedLook} can name it. */
  get isSamplerKnown(): boolean {
    return this.#parts.samplerPlace.known !== undefined;
  }

  /** Has the study list the sampler, before the first trial that it starts. */
  async findSampler(): Promise<void> {
    await this.#parts.samplerPlace.find();
  }

  /**
   * Chooses the declared parameters of a trial that was just started, and stores them.
   * @param checkpoints the checkpoints that it begins with.
   * @throws HpoError HPO_LEASE_LOST if the trial was lost meanwhile; the errors of the sampler.
   */
  async open<D extends SpaceDefinition>(
    space: SearchSpace<D>,
    started: FrozenTrial,
    checkpoints: CheckpointsStart,
  ): Promise<LiveTrial<Params<SearchSpace<D>>>> {
    const { seed: studySeed, history, storage, samplerPlace } = this.#parts;
    const { number } = started;
    const running = this.#serve(started);
    this.#running.get(number)?.loss.happen(leaseLost(running.lease, number)); // a former attempt
    this.#running.set(number, running);
    if (running.lease.holder !== null) this.#heartbeat.add(running.lease, () => this.#lose(running));
    const place = samplerPlace.known ?? (await samplerPlace.find());
    if (!history.record(started)) await history.refresh();
    const looks = new TrialLooks(started, history, place);
    running.looks = looks;
    // One that continues another trial has its parameters: nothing is drawn for it, and it takes no place in the search.
    const isDrawn = continuedTrial(started) === undefined;
    let begun = isDrawn ? await this.#start(running, this.#sampledFor(started), started) : undefined;
    const enqueued = this.#enqueued(running, started);
    const taken: [string, ParamValue][] = [];
    const added: SuggestedParam[] = [];
    const questions = space.questions();
    let next = questions.next();
    while (!next.done) {
      const [name, distribution] = next.value;
      let value = ownValue(started.params, name);
      if (value === undefined) {
        // A sampler may have taken its time, and the trials that compete with this one may be others by now.
        begun ??= await this.#start(running, this.#sampledFor(started), started);
        const chosen = begun.choice.choose(this.#sampledFor(started), name, distribution);
        value = isLater(chosen) ? await chosen : chosen; // mostly not a promise
        added.push({ name, value, distribution });
        looks.take();
        enqueued?.choose(name, distribution, value);
      }
      taken.push([name, value]);
      next = questions.next(value);
    }
    enqueued?.opened(history.history.study.space);
    const all = { ...this.#parts.marks, ...begun?.attrs, ...looks.attrs(), ...enqueued?.attrs() };
    await this.#write(running, (lease) => storage.setTrialParams(lease, added, all));
    this.#reportUnused(enqueued);
    const flatParams: FlatParams = recordOf(taken);
    const { loss, service } = running;
    const attempt = attemptOf(started);
    const [params, settings] = [next.value, ownSettings(started)];
    const handle = running;
    const own = { number, studySeed, attempt, params, flatParams, checkpoints, settings, loss, service, handle };
    return new LiveTrial(own, new AttemptPort(running, this.#desk));
  }

  /**
   * Finishes a trial.
   * @param trial an attempt at it, or the number of a trial that runs in this process or elsewhere.
   * @returns the trial as it stands then, where the storage knows it.
   */
  async finish(
    trial: { readonly number: number } | number,
    state: FinishedState,
    values: readonly number[] | null,
    systemAttrs: Attributes,
  ): Promise<FrozenTrial | undefined> {
    const running = this.#of(trial);
    const { history, storage } = this.#parts;
    // A failed trial may have ended before it asked for all its parameters.
    const known = state === 'FAIL' ? undefined : history.trials[running.number];
    const enqueued = known && this.#enqueued(running, known);
    enqueued?.ended();
    const attrs = { ...systemAttrs, ...enqueued?.attrs() };
    const finished = await this.#write(running, (lease) => storage.finishTrial(lease, state, values, attrs));
    this.#leave(running);
    this.#reportUnused(enqueued);
    return finished;
  }

  /** Calls `listener` for each note of the sampler that differs from the one before, from now on. */
  onNote(listener: (note: SamplerNote) => void): void {
    this.#onNote.add(listener);
  }

  /** Calls `listener` for each value that a trial was enqueued with and could not take, from now on. */
  onUnused(listener: (unused: UnusedValue) => void): void {
    this.#onUnused.add(listener);
  }

  /**
   * Hands a trial back: it goes to WAITING. Where the storage fails, {@link returnLate} does it later.
   * @param trial an attempt at it, or its number.
   */
  async requeue(trial: { readonly number: number } | number): Promise<void> {
    const running = this.#of(trial);
    try {
      await this.#requeue(running);
      this.#unreturned.delete(running);
    } catch (error) {
      if (running.loss.reason === undefined) this.#unreturned.add(running);
      throw error;
    }
  }

  /** Hands back the trials that the storage could not take before. @throws the storage's error if it still cannot. */
  async returnLate(): Promise<void> {
    for (const running of this.#unreturned) {
      if (running.loss.reason === undefined) await this.#requeue(running);
      this.#unreturned.delete(running);
    }
  }

  async #requeue(running: RunningAttempt): Promise<void> {
    await this.#parts.history.refresh();
    const stored = this.#parts.history.trial(running.number);
    const requeue = requeueOf(stored, handedBack(stored));
    await this.#write(running, (lease) => this.#parts.storage.requeueTrial(lease, requeue));
    this.#leave(running);
    running.loss.happen(leaseLost(running.lease, running.number)); // a caller that still has it may not write to it
  }

  /** Hands back the trials that run here, as far as the storage allows, and renews no lease any more. */
  async close(): Promise<void> {
    this.#heartbeat.stop();
    const held = [...this.#running.values()].filter(({ lease, loss }) => lease.holder !== null && !loss.reason);
    if (held.length === 0) return;
    const returned = await Promise.allSettled(held.map(({ number }) => this.requeue(number)));
    // Its process may go on for long, and others of it need not wait for that.
    if (returned.some(({ status }) => status === 'rejected')) retire(this.#parts.holder);
  }

  /** Stores a constraint with a trial. @param trial an attempt at it, or its number. */
  async setConstraint(trial: { readonly number: number } | number, name: string, value: number): Promise<void> {
    await setConstraint(this.#of(trial), this.#desk, name, value, 'study.setConstraint()');
  }

  async #shouldPrune(running: RunningAttempt): Promise<boolean> {
    const { history, pruner, storage } = this.#parts;
    await history.refresh();
    const trial = history.trial(running.number);
    if (isRepeated(trial, history.trials)) return false;
    if (isJudgedHopeless(trial)) return true;
    const judgement = await pruner.judge(peersOf(trial, history.history, pruner), trial);
    if (typeof judgement === 'boolean') return judgement;
    const { prune, attrs } = judgement;
    if (attrs !== undefined) {
      const kept = judgementAttrs(trial, { prune, attrs });
      await this.#write(running, (lease) => storage.setTrialAttrs(lease, 'system', kept));
    }
    return prune;
  }

  async #suggest(running: RunningAttempt, name: string, distribution: Distribution): Promise<ParamValue> {
    const { history, storage } = this.#parts;
    const { number } = running;
    await history.refresh();
    const trial = history.trial(number);
    const [known, stored] = [ownValue(trial.distributions, name), ownValue(trial.params, name)];
    if (known !== undefined && stored !== undefined) {
      const problem = incompatibility(known, distribution);
      if (problem === undefined) return stored;
      throw new HpoError('HPO_STUDY_DIFFERS', `Trial ${number} asks for \`${name}\` again, and ${problem}.`);
    }
    const { choice, attrs } = await this.#start(running, this.#sampledFor(trial), trial);
    const value = await choice.choose(this.#sampledFor(trial), name, distribution);
    running.looks?.take();
    const enqueued = this.#enqueued(running, trial);
    enqueued?.choose(name, distribution, value);
    const all = { ...attrs, ...running.looks?.attrs(), ...enqueued?.attrs() };
    await this.#write(running, (lease) => storage.setTrialParams(lease, [{ name, value, distribution }], all));
    this.#reportUnused(enqueued);
    return value;
  }

  #enqueued(running: RunningAttempt, trial: FrozenTrial): EnqueuedValues | undefined {
    if (FIXED_PARAMS_KEY in trial.systemAttrs) running.enqueued ??= new EnqueuedValues(trial);
    return running.enqueued;
  }

  #reportUnused(enqueued: EnqueuedValues | undefined): void {
    for (const unused of enqueued?.takeFresh() ?? []) for (const listener of this.#onUnused) listener(unused);
  }

  /**
   * Has the sampler start a trial, once. In a further attempt it sees what it saw in the first one, so that the
   * parameters that are still to be chosen go with those that are stored.
   * @returns the attributes that it drew and that are not stored yet.
   */
  async #start(
    running: RunningAttempt,
    seen: History,
    trial: FrozenTrial,
  ): Promise<{ readonly choice: ParamChoice; readonly attrs: Attributes }> {
    if (running.choice !== undefined) return { choice: running.choice, attrs: {} };
    const { looks } = running;
    const { sampler, seed, history } = this.#parts;
    const choosing = { sampler, seed, onSample: () => looks?.sample() };
    const earlier = looks?.earlierStart;
    const own = earlier && ownTrial(trial, earlier);
    const then = own && new SeenHistory(history.history.study, history.trials).at(earlier, own);
    if (then === undefined) looks?.start();
    const choice =
      then === undefined || own === undefined
        ? await ParamChoice.start(choosing, seen, trial)
        : await ParamChoice.start(choosing, sampledHistory(this.#parts, own, then), trial, own.params);
    running.choice = choice;
    this.#reportNote(running.number, choice.draw.note);
    const attrs = Object.entries(choice.draw.attrs ?? {}).filter(([key]) => !Object.hasOwn(trial.systemAttrs, key));
    return { choice, attrs: Object.fromEntries(attrs) };
  }

  #reportNote(trial: number, note: string | undefined): void {
    if (note === undefined || note === this.#lastNote) return;
    this.#lastNote = note;
    for (const listener of this.#onNote) listener({ trial, note });
  }

  /** The trials that the sampler sees for this one. */
  #sampledFor(trial: FrozenTrial): History {
    return sampledHistory(this.#parts, trial, this.#parts.history.history);
  }

  /**
   * The attempt at a trial that runs, or ran, in this process; for the number of another trial, an attempt under its
   * present lease.
   */
  #of(trial: { readonly number: number } | number): RunningAttempt {
    const number = typeof trial === 'number' ? trial : trial.number;
    const handle = trial instanceof LiveTrial ? trial.handle : undefined;
    if (handle instanceof RunningAttempt && handle.lease.study === this.#study) return handle;
    return this.#running.get(number) ?? this.#serve(this.#parts.history.trial(number));
  }

  #serve(trial: FrozenTrial): RunningAttempt {
    return new RunningAttempt(trial.number, leaseOf(this.#study, trial));
  }

  #leave(running: RunningAttempt): void {
    this.#heartbeat.remove(running.lease);
    if (this.#running.get(running.number) === running) this.#running.delete(running.number);
  }

  #lose(running: RunningAttempt, reason: Error = leaseLost(running.lease, running.number)): void {
    this.#heartbeat.remove(running.lease); // the number stays taken, so that nobody here writes by it
    running.loss.happen(reason);
  }

  /** Writes under a trial's lease. If the lease turns out to be lost, the trial ends here. */
  async #write<T>(running: RunningAttempt, write: (lease: Lease) => Promise<T>): Promise<T> {
    if (running.loss.reason !== undefined) throw running.loss.reason;
    try {
      return await write(running.lease);
    } catch (error) {
      if (isTrialLost(error)) {
        this.#lose(running, error);
      }
      throw error;
    }
  }
}

/** Whether a trial that continues another one has not got beyond the steps that the other reported. */
function isRepeated(trial: FrozenTrial, trials: readonly FrozenTrial[]): boolean {
  const former = trials[continuedTrial(trial) ?? -1];
  const [reached, reported] = [lastStep(trial), former && lastStep(former)];
  return reported !== undefined && (reached === undefined || reached <= reported);
}
