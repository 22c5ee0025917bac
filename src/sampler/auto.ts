import type { History, HistoryReader } from '../history/history.ts';
import type { Distribution, ParamValue } from '../space/distribution.ts';
import { hasResult } from '../trial/frozen-trial.ts';
import { gp } from './gp/sampler.ts';
import type { Draw, Sampler, StartingTrial } from './sampler.ts';
import { tpe } from './tpe/sampler.ts';

/** The system attribute of a trial that says which sampler chose its parameters, and why that one. */
export const SAMPLER_ATTR = 'hpo:sampler';

/** The numbers of COMPLETE and PRUNED trials from which on two samplers take turns, and from which on `tpe()` is alone. */
const [MANY_TRIALS, VERY_MANY_TRIALS] = [400, 1000];

/** The number of COMPLETE and PRUNED trials. */
const finishedCount: HistoryReader<{ count: number }> = {
  start: () => ({ count: 0 }),
  take(found, trial) {
    if (hasResult(trial)) found.count++;
  },
};

/** Chooses the sampler of each trial by the study. Made by {@link auto}. */
class AutoSampler implements Sampler {
  readonly name = 'auto';
  readonly ignoresRunningReports = true;
  readonly learnsFromEarlier = true;
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
    const { count } = history.summary(finishedCount);
    if (count < MANY_TRIALS) return { sampler: this.#gp, because: `fewer than ${MANY_TRIALS} trials` };
    if (count >= VERY_MANY_TRIALS) return { sampler: this.#tpe, because: `${VERY_MANY_TRIALS} trials or more` };
    const sampler = trial.number % 2 === 0 ? this.#gp : this.#tpe;
    return { sampler, because: `by turns from ${MANY_TRIALS} trials on` };
  }
}

/**
 * Chooses the sampler for each trial: `gp()` up to 400 COMPLETE and PRUNED trials, then `gp()` and `tpe()` by turns, since
 * `gp()` no longer models all trials, and from 1,000 on `tpe()`. It depends on the history alone, never on how long
 * anything takes. Each trial's system attribute `hpo:sampler` has the name of the sampler that chose its parameters, and
 * why that one: `{ name, because }`.
 *
 * @example defineStudy({ sampler: auto(), … })
 */
export function auto(): Sampler {
  return new AutoSampler();
}
