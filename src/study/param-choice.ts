import { recordOf } from '../base/own-value.ts';
import { Rng } from '../base/rng.ts';
import type { History } from '../history/history.ts';
import { isLater } from '../sampler/is-later.ts';
import type { Draw, Sampler, StartingTrial } from '../sampler/sampler.ts';
import type { Distribution, ParamValue } from '../space/distribution.ts';
import type { DistributionMap } from '../space/distribution-map.ts';
import type { FlatParams } from '../space/search-space.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { fixedParams } from './enqueued-params.ts';

/** The parts of a {@link ParamChoice}. */
export interface Choosing {
  readonly sampler: Sampler;
  /** The seed of the study. */
  readonly seed: number;
  /** Called just before the sampler chooses a parameter alone. Default: nothing. */
  readonly onSample?: () => void;
}

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
  readonly #onSample: () => void;

  private constructor({ sampler, onSample }: Choosing, trial: StartingTrial, params: FlatParams, draw: Draw) {
    this.#sampler = sampler;
    this.#trial = trial;
    this.#params = new Map(Object.entries(params));
    this.#onSample = onSample ?? (() => {});
    this.draw = draw;
  }

  /**
   * Has the sampler choose parameters together.
   * @param history the study as it is, or was, when the trial starts.
   * @param had the parameters that the trial had when the sampler first started it; default: those it has.
   */
  static async start(
    choosing: Choosing,
    history: History,
    trial: FrozenTrial,
    had: FlatParams = trial.params,
  ): Promise<ParamChoice> {
    const { number } = trial;
    const fixed = usable(fixedParams(trial), history.study.space);
    const rng = (purpose: string) => Rng.of(choosing.seed, number, purpose);
    const studyRng = (purpose: string) => Rng.ofStudy(choosing.seed, purpose);
    const starting = { number, params: { ...fixed, ...had }, rng, studyRng };
    const draw = await choosing.sampler.start(history, starting);
    return new ParamChoice(choosing, starting, { ...fixed, ...trial.params }, draw);
  }

  /** Sets a parameter to a value that was chosen elsewhere. */
  take(name: string, value: ParamValue): void {
    this.#params.set(name, value);
  }

  /**
   * Chooses one parameter; returns a promise only where the sampler does.
   * @param history the study as it is now.
   */
  choose(history: History, name: string, distribution: Distribution): ParamValue | Promise<ParamValue> {
    const value = this.#value(history, name, distribution);
    if (isLater(value)) return value.then((chosen) => this.#kept(name, distribution, chosen));
    return this.#kept(name, distribution, value);
  }

  /** Takes a value as it is stored, so that the trial has the same value when it is run again. */
  #kept(name: string, distribution: Distribution, chosen: ParamValue): ParamValue {
    const kept = distribution.contains(chosen)
      ? distribution.fromInternal(distribution.toInternal(chosen) + 0)
      : chosen;
    this.take(name, kept);
    return kept;
  }

  #value(history: History, name: string, distribution: Distribution): ParamValue | Promise<ParamValue> {
    const known = this.#params.get(name);
    if (known !== undefined && distribution.contains(known)) return known;
    if (distribution.isSingle) return distribution.first;
    const drawn = this.draw.params.get(name);
    if (drawn !== undefined && distribution.contains(drawn)) return drawn;
    const { number, rng, studyRng } = this.#trial;
    const trial = { number, params: recordOf(this.#params), rng, studyRng };
    this.#onSample();
    return this.#sampler.sample(history, trial, name, distribution);
  }
}

/** The enqueued values that a declared space can take, and those of parameters that it does not declare. */
function usable(fixed: FlatParams, space: DistributionMap): FlatParams {
  const entries = Object.entries(fixed).filter(([name, value]) => space.get(name)?.contains(value) ?? true);
  return Object.fromEntries(entries);
}
