import { Rng } from '../../src/base/rng.ts';
import type { History } from '../../src/history/history.ts';
import type { Sampler, StartingTrial } from '../../src/sampler/sampler.ts';
import type { Distribution, ParamValue } from '../../src/space/distribution.ts';
import type { Direction } from '../../src/trial/direction.ts';
import type { FrozenTrial } from '../../src/trial/frozen-trial.ts';
import { frozenTrial } from './frozen-trial.ts';
import { historyOf } from './history.ts';

export type Distributions = Readonly<Record<string, Distribution>>;
export type ParamValues = Readonly<Record<string, ParamValue>>;

/** Asks the running trial for one parameter. */
export type Suggest = (name: string, distribution: Distribution) => ParamValue;

/** A trial without fixed parameters. */
export function startingTrial(number: number, seed = 1): StartingTrial {
  return {
    number,
    params: {},
    rng: (purpose) => Rng.of(seed, number, purpose),
    studyRng: (purpose) => Rng.ofStudy(seed, purpose),
  };
}

/** The answer of a sampler or a pruner that does not return a promise. */
export function atOnce<T>(answer: T | Promise<T>): T {
  if (answer instanceof Promise) throw new Error('The answer is a promise.');
  return answer;
}

/** Begins the trial `number` of a study: chooses the parameters that are chosen together, then others one by one. */
export function begin(sampler: Sampler, history: History, number: number, seed = 1): Suggest {
  const trial = startingTrial(number, seed);
  const { params } = atOnce(sampler.start(history, trial));
  return (name, distribution) => {
    const value = params.get(name);
    return value === undefined ? atOnce(sampler.sample(history, trial, name, distribution)) : value;
  };
}

/** The values that a sampler chooses for the trial `number`, for a space without conditions. */
export function suggest(
  sampler: Sampler,
  history: History,
  number: number,
  distributions: Distributions,
  seed = 1,
): ParamValues {
  return suggestAll(begin(sampler, history, number, seed), distributions);
}

/** Minimises an objective that asks for its parameters itself in this number of trials, one after the other. */
export function searchByRun(
  sampler: Sampler,
  objective: (suggest: Suggest) => number | readonly number[],
  count: number,
  seed: number,
  directions: readonly Direction[] = ['minimize'],
): readonly FrozenTrial[] {
  const history = historyOf([], { directions });
  for (let number = 0; number < count; number++) {
    const [params, distributions] = [{} as Record<string, ParamValue>, {} as Record<string, Distribution>];
    const choose = begin(sampler, history, number, seed);
    const result = objective((name, distribution) => {
      distributions[name] = distribution;
      const value = choose(name, distribution);
      params[name] = value;
      return value;
    });
    history.update([frozenTrial(number, { params, distributions, values: [result].flat() as number[] })]);
  }
  return history.trials;
}

/** Minimises an objective over a space without conditions. */
export function search<P extends ParamValues>(
  sampler: Sampler,
  distributions: Distributions,
  objective: (params: P) => number | readonly number[],
  count: number,
  seed: number,
  directions: readonly Direction[] = ['minimize'],
): readonly FrozenTrial[] {
  const run = (choose: Suggest) => objective(suggestAll(choose, distributions) as P);
  return searchByRun(sampler, run, count, seed, directions);
}

function suggestAll(choose: Suggest, distributions: Distributions): ParamValues {
  return Object.fromEntries(
    Object.entries(distributions).map(([name, distribution]) => [name, choose(name, distribution)]),
  );
}
