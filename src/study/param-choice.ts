import { Rng } from '../base/rng.ts';
import type { History } from '../history/history.ts';
import type { Draw, Sampler, StartingTrial } from '../sampler/sampler.ts';
import type { Distribution, ParamValue } from '../space/distribution.ts';
import type { DistributionMap } from '../space/distribution-map.ts';
import type { FlatParams } from '../space/search-space.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { fixedParams } from './enqueued-params.ts';

/**
 * Chooses the parameters of one trial. The value of each is the first of these: the value that the trial has already
 * (it was taken back from a dead run, or asked before), the one it was enqueued with, the only possible value, the one
 * that the sampler chose together with others when the trial started, the one that the sampler chooses alone.
 */
export class ParamChoice {
  /** The sampler's draw when the trial started. */
  readonly draw: Draw;
  readonly #sampler: Sampler;
  readonly #trial: Omit<StartingTrial, 'params'>;
  readonly #params: Map<string, ParamValue>;

  private constructor(sampler: Sampler, { params, ...trial }: StartingTrial, draw: Draw) {
    this.#sampler = sampler;
    this.#trial = trial;
    this.#params = new Map(Object.entries(params));
    this.draw = draw;
  }

  /** Has the sampler choose parameters together. @param history the study as it is when the trial starts. */
  static async start(
    { sampler, seed }: { readonly sampler: Sampler; readonly seed: number },
    history: History,
    trial: FrozenTrial,
  ): Promise<ParamChoice> {
    const { number } = trial;
    const starting = {
      number,
      params: { ...usable(fixedParams(trial), history.study.space), ...trial.params },
      rng: (purpose: string) => Rng.of(seed, number, purpose),
      studyRng: (purpose: string) => Rng.ofStudy(seed, purpose),
    };
    return new ParamChoice(sampler, starting, await sampler.start(history, starting));
  }

  /**
   * Chooses one parameter; returns a promise only where the sampler does.
   * @param history the study as it is now.
   */
  choose(history: History, name: string, distribution: Distribution): ParamValue | Promise<ParamValue> {
    const value = this.#value(history, name, distribution);
    return isLater(value) ? value.then((chosen) => this.#take(name, chosen)) : this.#take(name, value);
  }

  #take(name: string, value: ParamValue): ParamValue {
    this.#params.set(name, value);
    return value;
  }

  #value(history: History, name: string, distribution: Distribution): ParamValue | Promise<ParamValue> {
    const known = this.#params.get(name);
    if (known !== undefined && distribution.contains(known)) return known;
    if (distribution.isSingle) return distribution.first;
    const drawn = this.draw.params.get(name);
    if (drawn !== undefined && distribution.contains(drawn)) return drawn;
    const params = Object.fromEntries(this.#params);
    return this.#sampler.sample(history, { ...this.#trial, params }, name, distribution);
  }
}

/** The enqueued values that a declared space can take, and those of parameters that it does not declare. */
function usable(fixed: FlatParams, space: DistributionMap): FlatParams {
  const entries = Object.entries(fixed).filter(([name, value]) => space.get(name)?.contains(value) ?? true);
  return Object.fromEntries(entries);
}

/** Whether a value is still to come. Choices from a database may be lists, which are objects, too. */
export function isLater(value: ParamValue | Promise<ParamValue>): value is Promise<ParamValue> {
  return typeof (value as Partial<Promise<ParamValue>> | null)?.then === 'function';
}
