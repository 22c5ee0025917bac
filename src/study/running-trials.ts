import type { Clock } from '../base/clock.ts';
import { HpoError } from '../base/errors.ts';
import type { JsonValue } from '../base/json.ts';
import { Mutex } from '../base/mutex.ts';
import { ownValue } from '../base/own-value.ts';
import type { History } from '../history/history.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { incompatibility } from '../space/compatibility.ts';
import type { Distribution, ParamValue } from '../space/distribution.ts';
import type { FlatParams, Params, SearchSpace } from '../space/search-space.ts';
import type { SpaceDefinition } from '../space/variant.ts';
import { attemptOf, type Holder, type Lease, leaseOf } from '../storage/lease.ts';
import type { Storage, SuggestedParam } from '../storage/storage.ts';
import { leaseLost } from '../storage/storage-errors.ts';
import { checkReport } from '../storage/template-checks.ts';
import type { Attributes, FinishedState, FrozenTrial } from '../trial/frozen-trial.ts';
import { Heartbeat } from './heartbeat.ts';
import { ParamChoice } from './param-choice.ts';
import type { StoredHistory } from './stored-history.ts';
import { handedBack } from './take-back.ts';
import { LiveTrial, type TrialPort } from './trial/live-trial.ts';
import { Loss } from './trial/loss.ts';

/** The parts that a study's running trials are served with. */
export interface RunningTrialsParts {
  readonly storage: Storage;
  readonly history: StoredHistory;
  readonly sampler: Sampler;
  readonly pruner: Pruner;
  readonly seed: number;
  readonly holder: Holder;
  readonly clock: Clock;
}

/** A trial that this process runs, or finishes on somebody's behalf. */
interface RunningTrial {
  readonly lease: Lease;
  readonly loss: Loss;
  /** Undefined until the sampler has started the trial here. */
  choice?: ParamChoice;
  /** Its objective may ask for several parameters at once; they are chosen one after the other. */
  readonly asking: Mutex;
}

/**
 * Serves a study's running trials: chooses and stores their parameters, their reports and their attributes, and keeps
 * their leases alive.
 */
export class RunningTrials implements TrialPort {
  readonly #parts: RunningTrialsParts;
  readonly #heartbeat: Heartbeat;
  /** By the number of the trial. A trial that was lost stays, so that nothing is written to it any more. */
  readonly #running = new Map<number, RunningTrial>();

  constructor(parts: RunningTrialsParts) {
    this.#parts = parts;
    const { storage, clock, holder } = parts;
    const onLost = (lost: Lease) => {
      for (const [number, { lease, loss }] of this.#running)
        if (lease === lost) loss.happen(leaseLost(lost, { number }));
    };
    this.#heartbeat = new Heartbeat({ storage, clock, graceMs: holder.graceMs, onLost });
  }

  /** Chooses the declared parameters of a trial that has just been started, and stores them. */
  async open<D extends SpaceDefinition>(
    space: SearchSpace<D>,
    started: FrozenTrial,
  ): Promise<LiveTrial<Params<SearchSpace<D>>>> {
    const { seed: studySeed, history } = this.#parts;
    const { number } = started;
    const running = served(started);
    this.#running.set(number, running);
    if (running.lease.holder !== null) this.#heartbeat.add(running.lease);
    await history.refresh();
    const seen = this.#historyFor(started);
    const { choice, attrs } = await this.#start(running, seen, started);
    const taken: [string, ParamValue][] = [];
    const added: SuggestedParam[] = [];
    const questions = space.questions();
    let next = questions.next();
    while (!next.done) {
      const [name, distribution] = next.value;
      const stored = ownValue(started.params, name);
      const value = stored === undefined ? await choice.choose(seen, name, distribution) : stored;
      if (stored === undefined) added.push({ name, value, distribution });
      taken.push([name, value]);
      next = questions.next(value);
    }
    await this.#write(running, ({ storage }, lease) => storage.setTrialParams(lease, added, attrs));
    const flatParams: FlatParams = Object.fromEntries(taken);
    const { loss } = running;
    return new LiveTrial(
      { number, studySeed, attempt: attemptOf(started), params: next.value, flatParams, loss },
      this,
    );
  }

  async report(trial: number, value: number, step: number): Promise<boolean> {
    checkReport(step, value, 'trial.report()');
    return this.#write(await this.#of(trial), ({ storage }, lease) => storage.setIntermediateValue(lease, step, value));
  }

  async shouldPrune(number: number): Promise<boolean> {
    const { history, pruner } = this.#parts;
    await history.refresh();
    const trial = history.trial(number);
    const judgement = await pruner.judge(this.#historyFor(trial), trial);
    if (typeof judgement === 'boolean') return judgement;
    await this.#setAttrs(number, 'system', judgement.attrs ?? {});
    return judgement.prune;
  }

  async setUserAttr(trial: number, key: string, value: JsonValue): Promise<void> {
    await this.#setAttrs(trial, 'user', { [key]: value });
  }

  async suggest(number: number, name: string, distribution: Distribution): Promise<ParamValue> {
    const running = await this.#of(number);
    return running.asking.run(() => this.#suggest(running, number, name, distribution));
  }

  /** Finishes a trial under the lease that this process has for it. */
  async finish(
    { number }: FrozenTrial,
    state: FinishedState,
    values: readonly number[] | null,
    systemAttrs: Attributes,
  ): Promise<void> {
    const running = await this.#of(number);
    await this.#write(running, ({ storage }, lease) => storage.finishTrial(lease, state, values, systemAttrs));
    this.#heartbeat.remove(running.lease);
    this.#running.delete(number);
  }

  /** Hands a trial back: it goes to WAITING. */
  async requeue(trial: FrozenTrial): Promise<void> {
    const running = await this.#of(trial.number);
    const requeue = { keepReportsTo: null, systemAttrs: handedBack(trial) };
    await this.#write(running, ({ storage }, lease) => storage.requeueTrial(lease, requeue));
    this.#heartbeat.remove(running.lease);
    running.loss.happen(leaseLost(running.lease, trial)); // who still has the trial in hand is not to write to it
  }

  /** Renews no lease any more. */
  close(): void {
    this.#heartbeat.stop();
  }

  async #suggest(running: RunningTrial, number: number, name: string, distribution: Distribution): Promise<ParamValue> {
    const { history } = this.#parts;
    await history.refresh();
    const trial = history.trial(number);
    const [known, stored] = [ownValue(trial.distributions, name), ownValue(trial.params, name)];
    if (known !== undefined && stored !== undefined) {
      const problem = incompatibility(known, distribution);
      if (problem === undefined) return stored;
      throw new HpoError('HPO_STUDY_DIFFERS', `Trial ${number} asks for \`${name}\` again, and ${problem}.`);
    }
    const seen = this.#historyFor(trial);
    const { choice, attrs } = await this.#start(running, seen, trial);
    const value = await choice.choose(seen, name, distribution);
    const params = [{ name, value, distribution }];
    await this.#write(running, ({ storage }, lease) => storage.setTrialParams(lease, params, attrs));
    return value;
  }

  /** Has the sampler start a trial, once. @returns the attributes that it drew and that are not stored yet. */
  async #start(
    running: RunningTrial,
    seen: History,
    trial: FrozenTrial,
  ): Promise<{ readonly choice: ParamChoice; readonly attrs: Attributes }> {
    if (running.choice !== undefined) return { choice: running.choice, attrs: {} };
    const choice = await ParamChoice.start(this.#parts, seen, trial);
    running.choice = choice;
    const attrs = Object.entries(choice.draw.attrs ?? {}).filter(([key]) => !Object.hasOwn(trial.systemAttrs, key));
    return { choice, attrs: Object.fromEntries(attrs) };
  }

  async #setAttrs(number: number, scope: 'user' | 'system', attrs: Attributes): Promise<void> {
    await this.#write(await this.#of(number), ({ storage }, lease) => storage.setTrialAttrs(lease, scope, attrs));
  }

  /** The trials that this one competes with: the sampler and the pruner see these alone. */
  #historyFor(trial: FrozenTrial): History {
    const { history, pruner } = this.#parts;
    return pruner.peers?.(history.history, trial) ?? history.history;
  }

  /** A trial that this process runs; any other one under the lease that stands with it. */
  async #of(number: number): Promise<RunningTrial> {
    const running = this.#running.get(number);
    if (running !== undefined) return running;
    const { history } = this.#parts;
    await history.refresh();
    return served(history.trial(number));
  }

  /** Writes under a trial's lease. A lease that turns out to be lost ends the trial here. */
  async #write<T>(
    { lease, loss }: RunningTrial,
    write: (parts: RunningTrialsParts, lease: Lease) => Promise<T>,
  ): Promise<T> {
    if (loss.reason !== undefined) throw loss.reason;
    try {
      return await write(this.#parts, lease);
    } catch (error) {
      if (HpoError.is(error) && (error.code === 'HPO_LEASE_LOST' || error.code === 'HPO_TRIAL_STATE')) {
        this.#heartbeat.remove(lease);
        loss.happen(error);
      }
      throw error;
    }
  }
}

function served(trial: FrozenTrial): RunningTrial {
  return { lease: leaseOf(trial), loss: new Loss(), asking: new Mutex() };
}
