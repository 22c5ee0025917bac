import type { History, HistoryReader } from '../history/history.ts';
import type { Distribution, ParamValue } from '../space/distribution.ts';
import { constraintsOf } from '../trial/constraints.ts';
import { hasResult } from '../trial/frozen-trial.ts';
import { gp } from './gp/sampler.ts';
import type { Draw, Sampler, StartingTrial } from './sampler.ts';
import { tpe } from './tpe/sampler.ts';

/** The system attribute of a trial that says which sampler chose its parameters, and why that one. */
export const SAMPLER_ATTR = 'hpo:sampler';

/** The number of COMPLETE and PRUNED trials from which on two samplers take turns. */
const MANY_TRIALS = 400;

/** What the choice of a sampler depends on. */
interface Situation {
  finishedCount: number;
  isConstrained: boolean;
}

const situation: HistoryReader<Situation> = {
  start: () => ({ finishedCount: 0, isConstrained: false }),
  take(found, trial) {
    if (!hasResult(trial)) return;
    found.finishedCount++;
    if (constraintsOf(trial).size > 0) found.isConstrained = true;
  },
};

/** Chooses the sampler of each trial by the study. Made by {@link auto}. */
class AutoSampler implements Sampler {
  readonly name = 'auto';
  readonly #gp = gp();
  readonly #tpe = tpe();

  async start(history: History, trial: StartingTrial): Promise<Draw> {
    const { sampler, because } = this.#choose(history, trial);
    const { params, attrs } = await sampler.start(history, trial);
    const note = `${sampler.name}() chooses: ${because}`;
    return { params, attrs: { ...attrs, [SAMPLER_ATTR]: { name: sampler.name, because } }, note };
  }

  sample(
    history: History,
    trial: StartingTrial,
    name: string,
    distribution: Distribution,
  ): ParamValue | Promise<ParamValue> {
    return this.#choose(history, trial).sampler.sample(history, trial, name, distribution);
  }

  #choose(history: History, trial: StartingTrial): { readonly sampler: Sampler; readonly because: string } {
    const { directions } = history.study;
    if (directions.length > 1) return { sampler: this.#tpe, because: 'several directions' };
    const { finishedCount, isConstrained } = history.summary(situation);
    if (isConstrained) return { sampler: this.#tpe, because: 'constraints' };
    if (finishedCount < MANY_TRIALS)
      return { sampler: this.#gp, because: `one direction, fewer than ${MANY_TRIALS} trials` };
    const sampler = trial.number % 2 === 0 ? this.#gp : this.#tpe;
    return { sampler, because: `by turns from ${MANY_TRIALS} trials on` };
  }
}

/**
 * Chooses the sampler for each trial: `tpe()` for studies of several directions and for constrained ones, otherwise
 * `gp()`, and from 400 COMPLETE and PRUNED trials on `gp()` and `tpe()` by turns, for `gp()` then no longer models all
 * trials. It depends on the study and its history alone, never on how long anything takes. Each trial's system attribute
 * `hpo:sampler` has the name of the sampler that chose its parameters, and why that one: `{ name, because }`.
 *
 * @example defineStudy({ sampler: auto(), … })
 */
export function auto(): Sampler {
  return new AutoSampler();
}
