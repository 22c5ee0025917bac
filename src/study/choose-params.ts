import { Rng } from '../rng.ts';
import type { Sampler } from '../sampler/sampler.ts';
import type { Distribution, ParamValue } from '../space/distribution.ts';
import type { Params, SearchSpace, SpaceDefinition } from '../space/search-space.ts';
import type { SuggestedParam } from '../storage/storage.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import type { StudyView } from '../trial/study-view.ts';
import { FIXED_PARAMS_KEY } from './study-keys.ts';

/** The parameters of a trial that starts. */
export interface ChosenParams<D extends SpaceDefinition> {
  readonly all: Params<SearchSpace<D>>;
  /** Those that the trial did not have yet and that are to be stored. */
  readonly added: readonly SuggestedParam[];
}

/**
 * Chooses the parameters of a trial. Each is, in this order: what the trial has already (it was taken back from a dead
 * run), what it was enqueued with, the only value there is, what the sampler chooses together with others, what the
 * sampler chooses alone.
 */
export function chooseParams<D extends SpaceDefinition>(
  study: { readonly space: SearchSpace<D>; readonly sampler: Sampler; readonly seed: number },
  view: StudyView,
  trial: FrozenTrial,
): ChosenParams<D> {
  const { space, sampler, seed } = study;
  const sampled = { number: trial.number, rng: (purpose: string) => Rng.of(seed, trial.number, purpose) };
  const fixed = fixedParams(trial);
  let relative: ReadonlyMap<string, ParamValue> | undefined;

  const sampleRelative = (): ReadonlyMap<string, ParamValue> => {
    const together = sampler.relativeSpace(view);
    return together.size === 0 ? new Map() : sampler.sampleRelative(view, sampled, together);
  };
  const choose = (name: string, distribution: Distribution): ParamValue => {
    const given = fixed[name];
    if (given !== undefined && distribution.contains(given)) return given;
    if (distribution.isSingle) return distribution.first;
    relative ??= sampleRelative();
    const value = relative.get(name);
    if (value !== undefined && distribution.contains(value)) return value;
    return sampler.sampleIndependent(view, sampled, name, distribution);
  };

  const added: SuggestedParam[] = [];
  const all = space.assemble((name, distribution) => {
    const stored = trial.params[name];
    if (stored !== undefined) return stored;
    const value = choose(name, distribution);
    added.push({ name, value, distribution });
    return value;
  });
  return { all, added };
}

/** The parameters that Optuna's `enqueue_trial` asked for; none where the trial was not enqueued. */
function fixedParams(trial: FrozenTrial): Readonly<Record<string, ParamValue>> {
  const fixed = trial.systemAttrs[FIXED_PARAMS_KEY];
  return typeof fixed === 'object' && fixed !== null && !Array.isArray(fixed)
    ? (fixed as Readonly<Record<string, ParamValue>>)
    : {};
}
