import { Rng } from '../../src/base/rng.ts';
import type { Sampler } from '../../src/sampler/sampler.ts';
import type { Distribution, ParamValue } from '../../src/space/distribution.ts';
import type { Direction } from '../../src/trial/direction.ts';
import type { FrozenTrial } from '../../src/trial/frozen-trial.ts';
import { frozenTrial } from './frozen-trial.ts';

export type Distributions = Readonly<Record<string, Distribution>>;
export type ParamValues = Readonly<Record<string, ParamValue>>;

/** Asks the running trial for one parameter. */
export type Suggest = (name: string, distribution: Distribution) => ParamValue;

/** Begins the trial `number` of a study with these trials: chooses what is chosen together, and then one by one. */
export function begin(
  sampler: Sampler,
  trials: readonly FrozenTrial[],
  number: number,
  seed = 1,
  directions: readonly Direction[] = ['minimize'],
): Suggest {
  const study = { name: 'study', directions, trials };
  const trial = { number, rng: (purpose: string) => Rng.of(seed, number, purpose) };
  const together = new Map(
    sampler.relativeSpaces(study).flatMap((space) => [...sampler.sampleRelative(study, trial, space)]),
  );
  return (name, distribution) => {
    const value = together.get(name);
    return value === undefined ? sampler.sampleIndependent(study, trial, name, distribution) : value;
  };
}

/** What a sampler chooses for the trial `number`, for a space without conditions. */
export function suggest(
  sampler: Sampler,
  trials: readonly FrozenTrial[],
  number: number,
  distributions: Distributions,
  seed = 1,
  directions: readonly Direction[] = ['minimize'],
): ParamValues {
  const choose = begin(sampler, trials, number, seed, directions);
  return Object.fromEntries(
    Object.entries(distributions).map(([name, distribution]) => [name, choose(name, distribution)]),
  );
}

/** Minimises an objective that asks for its parameters itself in so many trials, one after the other. */
export function searchByRun(
  sampler: Sampler,
  objective: (suggest: Suggest) => number | readonly number[],
  count: number,
  seed: number,
  directions: readonly Direction[] = ['minimize'],
): FrozenTrial[] {
  const trials: FrozenTrial[] = [];
  for (let number = 0; number < count; number++) {
    const [params, distributions] = [{} as Record<string, ParamValue>, {} as Record<string, Distribution>];
    const choose = begin(sampler, trials, number, seed, directions);
    const result = objective((name, distribution) => {
      distributions[name] = distribution;
      const value = choose(name, distribution);
      params[name] = value;
      return value;
    });
    trials.push(frozenTrial(number, { params, distributions, values: [result].flat() as number[] }));
  }
  return trials;
}

/** The same for a space without conditions. */
export function search<P extends ParamValues>(
  sampler: Sampler,
  distributions: Distributions,
  objective: (params: P) => number | readonly number[],
  count: number,
  seed: number,
  directions: readonly Direction[] = ['minimize'],
): FrozenTrial[] {
  const ask = (choose: Suggest) =>
    Object.fromEntries(Object.entries(distributions).map(([name, distribution]) => [name, choose(name, distribution)]));
  return searchByRun(sampler, (choose) => objective(ask(choose) as P), count, seed, directions);
}
