import { Rng } from '../../src/rng.ts';
import type { Sampler } from '../../src/sampler/sampler.ts';
import type { Distribution, ParamValue } from '../../src/space/distribution.ts';
import type { FrozenTrial } from '../../src/trial/frozen-trial.ts';
import { frozenTrial } from './frozen-trial.ts';

export type Distributions = Readonly<Record<string, Distribution>>;
export type ParamValues = Readonly<Record<string, ParamValue>>;

/** What a sampler chooses for the trial `number` of a study with these trials: together first, then one by one. */
export function suggest(
  sampler: Sampler,
  trials: readonly FrozenTrial[],
  number: number,
  distributions: Distributions,
  seed = 1,
): ParamValues {
  const study = { name: 'study', directions: ['minimize'] as const, trials };
  const trial = { number, rng: (purpose: string) => Rng.of(seed, number, purpose) };
  const space = sampler.relativeSpace(study);
  const together = space.size > 0 ? sampler.sampleRelative(study, trial, space) : new Map<string, ParamValue>();
  const params = Object.entries(distributions).map(([name, distribution]) => [
    name,
    together.get(name) ?? sampler.sampleIndependent(study, trial, name, distribution),
  ]);
  return Object.fromEntries(params);
}

/** Minimises `objective` in so many trials, one after the other, and returns the trials. */
export function search<P extends ParamValues>(
  sampler: Sampler,
  distributions: Distributions,
  objective: (params: P) => number,
  count: number,
  seed: number,
): FrozenTrial[] {
  const trials: FrozenTrial[] = [];
  for (let number = 0; number < count; number++) {
    const params = suggest(sampler, trials, number, distributions, seed);
    trials.push(frozenTrial(number, { params, distributions, values: [objective(params as P)] }));
  }
  return trials;
}
