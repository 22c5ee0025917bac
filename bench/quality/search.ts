import { Rng } from '../../src/base/rng.ts';
import type { Distribution, ParamValue } from '../../src/space/distribution.ts';
import type { Asker, FinishedTrial } from './asker.ts';
import type { AnyProblem } from './problem.ts';

/** A trial as the sampler sees it, and its true values. */
export interface SearchedTrial {
  readonly seen: readonly number[];
  readonly truth: readonly number[];
  readonly isFeasible: boolean;
}

/** Stands for a parameter that has not been chosen yet. */
class Missing extends Error {
  readonly param: string;
  readonly distribution: Distribution;

  constructor(param: string, distribution: Distribution) {
    super(`${param} is not chosen yet`);
    this.param = param;
    this.distribution = distribution;
  }
}

/**
 * Searches a problem in this number of trials. Where several run at once, the one that began first ends first.
 */
export async function search(asker: Asker, problem: AnyProblem, seed: number, count: number): Promise<SearchedTrial[]> {
  const rng = new Rng(`noise/${problem.name}/${seed}`);
  const { concurrency = 1, noise = 0 } = problem;
  const running: FinishedTrial[] = [];
  const searched: SearchedTrial[] = [];
  for (let number = 0; number < count; number++) {
    if (running.length === concurrency) await asker.tell(running.shift() as FinishedTrial);
    const { truth, constraints, ...chosen } = await begin(asker, problem, number);
    const seen = truth.map((value) => value + noise * rng.normal());
    searched.push({ seen, truth, isFeasible: constraints.every((constraint) => constraint <= 0) });
    running.push({ number, ...chosen, values: seen, constraints });
  }
  return searched;
}

/** Lets all parameters of a trial be chosen, one after the other, as the objective asks for them. */
async function begin(asker: Asker, problem: AnyProblem, number: number) {
  const trial = await asker.ask(number);
  const params: Record<string, ParamValue> = {};
  const distributions: Record<string, Distribution> = {};
  for (;;) {
    try {
      const result = problem.evaluate((name, distribution) => {
        if (params[name] === undefined) throw new Missing(name, distribution);
        return params[name];
      });
      trial.begin?.({ params, distributions });
      const { value, constraints } =
        typeof result === 'object' && 'value' in result ? result : { value: result, constraints: [] };
      return { truth: [value].flat(), constraints, params, distributions };
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
      params[error.param] = await trial.suggest(error.param, error.distribution);
      distributions[error.param] = error.distribution;
    }
  }
}
