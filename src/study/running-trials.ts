import { HpoError } from '../base/errors.ts';
import type { JsonValue } from '../base/json.ts';
import { ownValue } from '../base/own-value.ts';
import type { StudyView } from '../history/history.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { incompatibility } from '../space/compatibility.ts';
import type { Distribution, ParamValue } from '../space/distribution.ts';
import type { Params, SearchSpace } from '../space/search-space.ts';
import type { SpaceDefinition } from '../space/variant.ts';
import type { Storage, SuggestedParam } from '../storage/storage.ts';
import { checkReport } from '../storage/template-checks.ts';
import type { Direction } from '../trial/direction.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
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
  readonly name: string;
  readonly directions: readonly Direction[];
}

/** Serves a study's running trials: chooses and stores their parameters, their reports and their attributes. */
export class RunningTrials implements TrialPort {
  readonly #parts: RunningTrialsParts;
  /** The trials that this process runs. */
  readonly #choices = new Map<number, ParamChoice>();

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
    const view = this.#view();
    const choice = new ParamChoice(this.#parts, view, started);
    const taken: [string, ParamValue][] = [];
    const added: SuggestedParam[] = [];
    const params = space.assemble((name, distribution) => {
      const stored = ownValue(started.params, name);
      const value = stored ?? choice.choose(view, name, distribution);
      if (stored === undefined) added.push({ name, value, distribution });
      taken.push([name, value]);
      return value;
    });
    await storage.setTrialParams(started.id, added);
    this.#choices.set(number, choice);
    return new LiveTrial(
      { number, studySeed, attempt: attemptOf(started), params, flatParams: Object.fromEntries(taken) },
      this,
    );
  }

  /** Forgets a trial that has been finished or handed back. */
  close(trial: number): void {
    this.#choices.delete(trial);
  }

  async report(trial: number, value: number, step: number): Promise<boolean> {
    checkReport(step, value, 'trial.report()');
    return this.#parts.storage.setIntermediateValue((await this.#running(trial)).id, step, value);
  }

  async shouldPrune(trial: number): Promise<boolean> {
    await this.#parts.history.refresh();
    return this.#parts.pruner.shouldPrune(this.#view(), this.#parts.history.trial(trial));
  }

  async setUserAttr(trial: number, key: string, value: JsonValue): Promise<void> {
    await this.#parts.storage.setTrialAttr((await this.#running(trial)).id, 'user', key, value);
  }

  async suggest(number: number, name: string, distribution: Distribution): Promise<ParamValue> {
    await this.#parts.history.refresh();
    const trial = this.#parts.history.trial(number);
    const [known, stored] = [ownValue(trial.distributions, name), ownValue(trial.params, name)];
    if (known !== undefined && stored !== undefined) {
      const problem = incompatibility(known, distribution);
      if (problem === undefined) return stored;
      throw new HpoError('HPO_STUDY_DIFFERS', `Trial ${number} asks for \`${name}\` again, and ${problem}.`);
    }
    const choice = this.#choices.get(number) ?? new ParamChoice(this.#parts, this.#view(), trial);
    this.#choices.set(number, choice);
    const value = choice.choose(this.#view(), name, distribution);
    await this.#parts.storage.setTrialParams(trial.id, [{ name, value, distribution }]);
    return value;
  }

  async #running(number: number): Promise<FrozenTrial> {
    if (this.#parts.history.trials[number] === undefined) await this.#parts.history.refresh();
    return this.#parts.history.trial(number);
  }

  #view(): StudyView {
    const { name, directions, history } = this.#parts;
    return { name, directions, trials: history.trials };
  }
}
