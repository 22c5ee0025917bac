import { ownValue } from '../base/own-value.ts';
import { Rng } from '../base/rng.ts';
import type { History } from '../history/history.ts';
import type { Draw, Sampler, StartingTrial } from '../sampler/sampler.ts';
import type { Distribution, ParamValue } from '../space/distribution.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { fixedParams } from './enqueued-params.ts';

/**
 * Chooses the parameters of one trial. Each is, in this order: the value that the trial has already (it was taken back
 * from a dead run, or asked before), the one it was enqueued with, the only value there is, the one that the sampler
 * chose together with others when the trial started, the one that the sampler chooses alone.
 */
export class ParamChoice {
  /** The sampler's draw when the trial started. */
  readonly draw: Draw;
  readonly #sampler: Sampler;
  #trial: StartingTrial;

  private constructor(sampler: Sampler, trial: StartingTrial, draw: Draw) {
    this.#sampler = sampler;
    this.#trial = trial;
    this.draw = draw;
  }

  /** @param history the study as it is when the trial starts: that is when parameters are chosen together. */
  static async start(
    { sampler, seed }: { readonly sampler: Sampler; readonly seed: number },
    history: History,
    trial: FrozenTrial,
  ): Promise<ParamChoice> {
    const { number } = trial;
    const starting = {
      number,
      params: { ...fixedParams(trial), ...trial.params },
      rng: (purpose: string) => Rng.of(seed, number, purpose),
    };
    return new ParamChoice(sampler, starting, await sampler.start(history, starting));
  }

  /** @param history the study as it is now. */
  async choose(history: History, name: string, distribution: Distribution): Promise<ParamValue> {
    const value = await this.#value(history, name, distribution);
    this.#trial = { ...this.#trial, params: { ...this.#trial.params, [name]: value } };
    return value;
  }

  #value(history: History, name: string, distribution: Distribution): ParamValue | Promise<ParamValue> {
    const known = ownValue(this.#trial.params, name);
    if (known !== undefined && distribution.contains(known)) return known;
    if (distribution.isSingle) return distribution.first;
    const drawn = this.draw.params.get(name);
    if (drawn !== undefined && distribution.contains(drawn)) return drawn;
    return this.#sampler.sample(history, this.#trial, name, distribution);
  }
}
