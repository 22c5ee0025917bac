import { HpoError } from '../base/errors.ts';
import type { JsonValue } from '../base/json.ts';
import { Mutex } from '../base/mutex.ts';
import { ownValue } from '../base/own-value.ts';
import type { History } from '../history/history.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { incompatibility } from '../space/compatibility.ts';
import type { Distribution, ParamValue } from '../space/distribution.ts';
import type { Params, SearchSpace } from '../space/search-space.ts';
import type { SpaceDefinition } from '../space/variant.ts';
import type { Storage, SuggestedParam } from '../storage/storage.ts';
import { checkReport } from '../storage/template-checks.ts';
import type { Attributes, FrozenTrial } from '../trial/frozen-trial.ts';
import { attemptOf } from './owner.ts';
import { ParamChoice } from './param-choice.ts';
import type { StoredHistory } from './stored-history.ts';
import { LiveTrial, type TrialPort } from './trial/live-trial.ts';

/** The parts that a study's running trials are served with. */
export interface RunningTrialsParts {
  readonly storage: Storage;
  readonly history: StoredHistory;
  readonly sampler: Sampler;
  readonly pruner: Pruner;
  readonly seed: number;
}

/** How the parameters of a running trial are chosen. */
interface Choosing {
  /** Undefined until the sampler has started the trial here. */
  choice?: ParamChoice;
  /** Its objective may ask for several parameters at once; they are chosen one after the other. */
  readonly asking: Mutex;
}

/** Serves a study's running trials: chooses and stores their parameters, their reports and their attributes. */
export class RunningTrials implements TrialPort {
  readonly #parts: RunningTrialsParts;
  /** By the number of the trial. */
  readonly #choosing = new Map<number, Choosing>();

  constructor(parts: RunningTrialsParts) {
    this.#parts = parts;
  }

  /** Chooses the declared parameters of a trial that has just been set RUNNING, and stores them. */
  async open<D extends SpaceDefinition>(
    space: SearchSpace<D>,
    started: FrozenTrial,
  ): Promise<LiveTrial<Params<SearchSpace<D>>>> {
    const { seed: studySeed, history, storage } = this.#parts;
    await history.refresh();
    const { number } = started;
    const seen = this.#historyFor(started);
    const choice = await this.#start(seen, started);
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
    await storage.setTrialParams(started.id, added);
    this.#choosing.set(number, { choice, asking: new Mutex() });
    const flatParams = Object.fromEntries(taken);
    return new LiveTrial({ number, studySeed, attempt: attemptOf(started), params: next.value, flatParams }, this);
  }

  /** Forgets a trial that has been finished or handed back. */
  close(trial: number): void {
    this.#choosing.delete(trial);
  }

  async report(trial: number, value: number, step: number): Promise<boolean> {
    checkReport(step, value, 'trial.report()');
    return this.#parts.storage.setIntermediateValue((await this.#running(trial)).id, step, value);
  }

  async shouldPrune(number: number): Promise<boolean> {
    const { history, pruner } = this.#parts;
    await history.refresh();
    const trial = history.trial(number);
    const judgement = await pruner.judge(this.#historyFor(trial), trial);
    if (typeof judgement === 'boolean') return judgement;
    await this.#store(trial, judgement.attrs);
    return judgement.prune;
  }

  async setUserAttr(trial: number, key: string, value: JsonValue): Promise<void> {
    await this.#parts.storage.setTrialAttr((await this.#running(trial)).id, 'user', key, value);
  }

  async suggest(number: number, name: string, distribution: Distribution): Promise<ParamValue> {
    const choosing = this.#choosing.get(number) ?? { asking: new Mutex() };
    this.#choosing.set(number, choosing);
    return choosing.asking.run(() => this.#suggest(choosing, number, name, distribution));
  }

  async #suggest(choosing: Choosing, number: number, name: string, distribution: Distribution): Promise<ParamValue> {
    const { history, storage } = this.#parts;
    await history.refresh();
    const trial = history.trial(number);
    const [known, stored] = [ownValue(trial.distributions, name), ownValue(trial.params, name)];
    if (known !== undefined && stored !== undefined) {
      const problem = incompatibility(known, distribution);
      if (problem === undefined) return stored;
      throw new HpoError('HPO_STUDY_DIFFERS', `Trial ${number} asks for \`${name}\` again, and ${problem}.`);
    }
    const seen = this.#historyFor(trial);
    choosing.choice ??= await this.#start(seen, trial);
    const value = await choosing.choice.choose(seen, name, distribution);
    await storage.setTrialParams(trial.id, [{ name, value, distribution }]);
    return value;
  }

  /** Has the sampler start a trial, and stores the attributes that it draws. */
  async #start(seen: History, trial: FrozenTrial): Promise<ParamChoice> {
    const choice = await ParamChoice.start(this.#parts, seen, trial);
    const attrs = Object.entries(choice.draw.attrs ?? {}).filter(([key]) => !Object.hasOwn(trial.systemAttrs, key));
    await this.#store(trial, Object.fromEntries(attrs));
    return choice;
  }

  async #store({ id }: FrozenTrial, attrs: Attributes = {}): Promise<void> {
    for (const [key, value] of Object.entries(attrs)) {
      await this.#parts.storage.setTrialAttr(id, 'system', key, value);
    }
  }

  /** The trials that this one competes with: the sampler and the pruner see these alone. */
  #historyFor(trial: FrozenTrial): History {
    const { history, pruner } = this.#parts;
    return pruner.peers?.(history.history, trial) ?? history.history;
  }

  async #running(number: number): Promise<FrozenTrial> {
    if (this.#parts.history.trials[number] === undefined) await this.#parts.history.refresh();
    return this.#parts.history.trial(number);
  }
}
