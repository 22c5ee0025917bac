import type { Clock } from '../base/clock.ts';
import { Mutex } from '../base/mutex.ts';
import { unfinishedTrials } from '../history/unfinished-trials.ts';
import type { Sampler } from '../sampler/sampler.ts';
import type { Params, SearchSpace } from '../space/search-space.ts';
import type { SpaceDefinition } from '../space/variant.ts';
import { type Holder, heldLease, leaseOf } from '../storage/lease.ts';
import type { Storage, StudyRecord } from '../storage/storage.ts';
import { isStorageFault, isTrialLost } from '../storage/storage-errors.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import type { CheckpointRoot } from './checkpoints/checkpoint-root.ts';
import { type SetBack, setBack } from './checkpoints/set-back.ts';
import { nameOfHolder } from './live-holders.ts';
import type { Liveness } from './liveness.ts';
import { requeueOf } from './requeue-of.ts';
import { type PausedTrial, RetryPauses } from './retry-pauses.ts';
import type { RunningTrials } from './running-trials.ts';
import { type StopReason, StopSearch, type StopWhen } from './stop-when.ts';
import type { StoredHistory } from './stored-history.ts';
import { CHECKPOINTS_KEY, ERROR_KEY } from './study-keys.ts';
import { type TakenBack, takeBack } from './take-back.ts';
import type { LiveTrial } from './trial/live-trial.ts';
import { failureOf } from './trial/outcome.ts';

/** The parts that a {@link TrialQueue} works with. */
export interface TrialQueueParts<D extends SpaceDefinition> {
  readonly storage: Storage;
  readonly study: StudyRecord;
  readonly space: SearchSpace<D>;
  readonly history: StoredHistory;
  readonly sampler: Sampler;
  readonly running: RunningTrials;
  readonly holder: Holder;
  readonly liveness: Liveness;
  readonly clock: Clock;
  /** The number of times that a trial is run again when its process has died; then it fails. */
  readonly retries: number;
  readonly checkpoints: CheckpointRoot;
}

/** The reasons, besides a target, for which no further trial starts. */
export interface AskRules {
  /** Whether no further trial is to start; called after earlier callers have their trials. Default: false. */
  readonly isOver?: (() => boolean) | undefined;
  readonly stopWhen?: StopWhen | undefined;
  /** Distinguishes callers that ask at the same time, of which one waits for a trial that is not to be run again yet. */
  readonly asker?: unknown;
}

/** A trial that another coordinator runs. */
export interface RunningElsewhere {
  readonly trial: number;
  /** The coordinator in a few words for people: `process 4711 on ada`. */
  readonly by: string;
}

/** The trials of a study that are still to be run: takes back those of dead holders, and starts the next one. */
export class TrialQueue<D extends SpaceDefinition> {
  readonly #parts: TrialQueueParts<D>;
  readonly #asking = new Mutex();
  readonly #onTakenBack = new Set<(taken: TakenBack) => void>();
  readonly #onSetBack = new Set<(trial: SetBack) => void>();
  readonly #onPaused = new Set<(paused: PausedTrial) => void>();
  readonly #pauses: RetryPauses;
  readonly #searches = new WeakMap<StopWhen, StopSearch>();

  constructor(parts: TrialQueueParts<D>) {
    this.#parts = parts;
    this.#pauses = new RetryPauses(parts.clock);
  }

  /** Whether the sampler has nothing left to try, as of the last look at the trials. */
  get isSpent(): boolean {
    const { sampler, history } = this.#parts;
    return sampler.remaining?.(history.history) === 0;
  }

  /** The number of finished trials, as of the last look at them. */
  get finishedCount(): number {
    return this.#parts.history.trials.length - this.#unfinished.size;
  }

  /** Starts a trial. @returns undefined if the sampler has nothing left to try. */
  ask(holder: Holder | null): Promise<LiveTrial<Params<SearchSpace<D>>> | undefined> {
    return this.#asking.run(async () => {
      await this.recover();
      return this.#start(holder);
    });
  }

  /** Starts a trial, unless `target` trials are finished or run, as `Study.askUntil` describes it. */
  askUntil(
    target: number,
    { isOver, stopWhen, asker }: AskRules,
  ): Promise<LiveTrial<Params<SearchSpace<D>>> | 'elsewhere' | undefined> {
    return this.#asking.run(async () => {
      if (isOver?.()) return undefined;
      const { holder, history } = this.#parts;
      if ((await this.recover()).length > 0) await history.refresh();
      const stop = stopWhen && this.#stopReason(stopWhen);
      if (stop !== undefined) return stop === 'open' ? 'elsewhere' : undefined;
      const paused = this.#pauses.paused(this.#unfinished.values(), (each) => {
        for (const listener of this.#onPaused) listener(each);
      });
      if (this.#pauses.isWaiter(asker, paused)) return 'elsewhere';
      // A paused trial keeps its place among those that are wanted.
      const except = paused.map(({ trial: { id } }) => id);
      const trial = await this.#start(holder, target - paused.length, except);
      if (trial !== undefined) return trial;
      await history.refresh();
      const holders = [...this.#unfinished.values()].map(({ state, systemAttrs }) =>
        state === 'RUNNING' ? heldLease(systemAttrs)?.holder : state,
      );
      const own = holders.filter((each) => each === holder.id).length;
      if (this.finishedCount + own >= target) return undefined;
      // Either other processes run the missing trials, or there is something to start by now.
      // A trial that runs here, too, may still show the sampler more to try.
      const isDone = this.isSpent && holders.every((each) => each === undefined);
      return isDone ? undefined : 'elsewhere';
    });
  }

  /** The rule that ends the study, as `Study.stopReason` describes it. */
  stopReason(stopWhen: StopWhen): StopReason | undefined {
    const stop = this.#stopReason(stopWhen);
    return stop === 'open' ? undefined : stop;
  }

  /** The reason to start no further trial; `open` while earlier trials run whose outcome may change it. */
  #stopReason(stopWhen: StopWhen): StopReason | 'open' | undefined {
    const { history } = this.#parts;
    const [direction] = history.history.study.directions;
    if (direction === undefined) return undefined;
    const search = this.#searches.get(stopWhen) ?? new StopSearch(stopWhen, direction);
    this.#searches.set(stopWhen, search);
    const reason = search.reason(history.trials);
    if (reason === undefined || reason.rule === 'value') return reason;
    // A trial without a lease, such as one of Optuna's, may never end.
    const isOpen = ({ number, state, systemAttrs }: FrozenTrial) =>
      number < reason.trial && state === 'RUNNING' && heldLease(systemAttrs) !== undefined;
    return [...this.#unfinished.values()].some(isOpen) ? 'open' : reason;
  }

  /** Takes trials back, as `Study.recover` describes it. */
  async recover(): Promise<readonly TakenBack[]> {
    const { storage, study, holder, liveness, retries, history, running } = this.#parts;
    await running.returnLate();
    await liveness.listening(holder.graceMs, () => history.refresh());
    if (this.#unfinished.size === 0) return [];
    const onTaken = (taken: TakenBack) => {
      for (const listener of this.#onTakenBack) listener(taken);
    };
    const parts = { storage, study, liveness, holder: holder.id, retries, onTaken };
    return takeBack(this.#unfinished.values(), parts);
  }

  /** The trials of other coordinators, as `Study.runningElsewhere` describes them. */
  get runningElsewhere(): readonly RunningElsewhere[] {
    return [...this.#unfinished.values()].flatMap(({ number, state, systemAttrs }) => {
      const lease = state === 'RUNNING' ? heldLease(systemAttrs) : undefined;
      const isOthers = lease !== undefined && lease.holder !== this.#parts.holder.id;
      return isOthers ? [{ trial: number, by: nameOfHolder(lease) }] : [];
    });
  }

  /** Calls `listener` for every trial that is taken back from now on. */
  onTakenBack(listener: (taken: TakenBack) => void): void {
    this.#onTakenBack.add(listener);
  }

  /** Calls `listener` for every trial that is not to be run again yet, since its process has died repeatedly. */
  onPaused(listener: (paused: PausedTrial) => void): void {
    this.#onPaused.add(listener);
  }

  /** Calls `listener` for every trial that is set back from now on because its last checkpoint is not to be had. */
  onSetBack(listener: (trial: SetBack) => void): void {
    this.#onSetBack.add(listener);
  }

  /**
   * The number that no new trial may have, since the sampler has nothing left for it. Trials of other processes that
   * are not known here yet count, too, so that all of them together start no more than the sampler has left.
   */
  get #newBelow(): number {
    const { sampler, history } = this.#parts;
    return history.trials.length + (sampler.remaining?.(history.history) ?? Number.POSITIVE_INFINITY);
  }

  get #unfinished(): ReadonlyMap<number, FrozenTrial> {
    return this.#parts.history.history.summary(unfinishedTrials);
  }

  /**
   * Opens a trial that was made RUNNING under a lease of this process.
   * @returns undefined if it is lost meanwhile, or starts over, as any WAITING trial does.
   */
  open(started: FrozenTrial): Promise<LiveTrial<Params<SearchSpace<D>>> | undefined> {
    return this.#asking.run(() => this.#open(started));
  }

  /** Starts a trial; undefined where there are enough, or the sampler has nothing left to try. */
  async #start(
    holder: Holder | null,
    atMost = Number.POSITIVE_INFINITY,
    except: readonly number[] = [],
  ): Promise<LiveTrial<Params<SearchSpace<D>>> | undefined> {
    const { storage, study, running, history } = this.#parts;
    for (;;) {
      const newBelow = this.#newBelow;
      const most = Math.min(newBelow, atMost);
      if (history.trials.length < most && !running.isSamplerKnown) await running.findSampler();
      const systemAttrs = running.expectedLook();
      const started = await storage.startTrial(study, { holder, atMost, except, systemAttrs, newBelow });
      if (started === undefined) return undefined;
      const opened = await this.#open(started);
      if (opened !== undefined) return opened;
    }
  }

  async #open(started: FrozenTrial): Promise<LiveTrial<Params<SearchSpace<D>>> | undefined> {
    const { storage, study, running, space, checkpoints } = this.#parts;
    try {
      const begin = await checkpoints.startOf(started, study.directions);
      if (!('goesBackTo' in begin)) return await running.open(space, started, begin);
      const { goesBackTo: to } = begin;
      const attr = to ? checkpoints.attrOf(started.number, to) : { [CHECKPOINTS_KEY]: null };
      await storage.requeueTrial(leaseOf(study, started), requeueOf(started, attr));
      for (const listener of this.#onSetBack) listener(setBack(started, to?.last, checkpoints.path));
      return undefined;
    } catch (error) {
      // A sampler may take so long that another process has the trial by then: that is no reason to stop.
      if (isTrialLost(error)) return undefined;
      if (isStorageFault(error)) {
        await running.requeue(started.number).catch(() => undefined); // else when the study is closed
        throw error;
      }
      // The sampler threw, or a parameter cannot be stored: the trial will never run.
      const failure = { [ERROR_KEY]: failureOf(error) };
      await running.finish(started.number, 'FAIL', null, failure).catch(() => undefined);
      throw error;
    }
  }
}
