import { ownValue } from '../base/own-value.ts';
import { Rng } from '../base/rng.ts';
import type { StudyView } from '../history/history.ts';
import type { Sampler } from '../sampler/sampler.ts';
import type { Distribution, ParamValue } from '../space/distribution.ts';
import type { FlatParams } from '../space/search-space.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { fixedParams } from './enqueued-params.ts';

/**
 * Chooses the parameters of one trial. Each is, in this order: what the trial has already (it was taken back from a dead
 * run, or asked before), what it was enqueued with, the only value there is, what the sampler chose together with others
 * when the trial started, what the sampler chooses alone.
 */
export class ParamChoice {
  readonly #sampler: Sampler;
  readonly #trial: { readonly number: number; rng(purpose: string): Rng };
  readonly #fixed: FlatParams;
  readonly #relative: ReadonlyMap<string, ParamValue>;

  /** @param view the study as it is when the trial starts: that is when parameters are chosen together. */
  constructor(study: { readonly sampler: Sampler; readonly seed: number }, view: StudyView, trial: FrozenTrial) {
    this.#sampler = study.sampler;
    this.#trial = { number: trial.number, rng: (purpose) => Rng.of(study.seed, trial.number, purpose) };
    this.#fixed = { ...fixedParams(trial), ...trial.params };
    const spaces = study.sampler.relativeSpaces(view);
    this.#relative = new Map(spaces.flatMap((space) => [...study.sampler.sampleRelative(view, this.#trial, space)]));
  }

  /** @param view the study as it is now. */
  choose(view: StudyView, name: string, distribution: Distribution): ParamValue {
    const fixed = ownValue(this.#fixed, name);
    if (fixed !== undefined && distribution.contains(fixed)) return fixed;
    if (distribution.isSingle) return distribution.first;
    const relative = this.#relative.get(name);
    if (relative !== undefined && distribution.contains(relative)) return relative;
    return this.#sampler.sampleIndependent(view, this.#trial, name, distribution);
  }
}
