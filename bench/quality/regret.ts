import { Rng } from '../../src/base/rng.ts';
import { random } from '../../src/sampler/random.ts';
import type { Sampler } from '../../src/sampler/sampler.ts';
import { type Suggest, searchByRun } from '../../test/support/search.ts';
import type { QualityProblem } from './problem.ts';

/** How far a search has come after some numbers of trials, by that number as text. */
export type Regrets = Readonly<Record<string, number>>;

const typicalValues = new Map<QualityProblem, number>();

/** The median value of random points. */
function typicalValue(problem: QualityProblem): number {
  const known = typicalValues.get(problem);
  if (known !== undefined) return known;
  const values = searchByRun(random(), problem.evaluate, 1001, -1).map(({ values }) => values?.[0] ?? Number.NaN);
  const median = values.sort((a, b) => a - b)[500] as number;
  typicalValues.set(problem, median);
  return median;
}

/**
 * The normalised regrets of one search: of the trial that looks best, the distance of its true value from the optimum,
 * as a share of that of a typical random point.
 */
export function regretsOf(
  sampler: Sampler,
  problem: QualityProblem,
  seed: number,
  trialCounts: readonly number[],
): Regrets {
  const rng = new Rng(`noise/${problem.name}/${seed}`);
  const truth: number[] = [];
  const observed = (suggest: Suggest) => {
    const value = problem.evaluate(suggest);
    truth.push(value);
    return value + (problem.noise ?? 0) * rng.normal();
  };
  const seen = searchByRun(sampler, observed, Math.max(...trialCounts), seed).map(({ values }) => values?.[0] ?? 0);
  return Object.fromEntries(
    trialCounts.map((count) => {
      const best = seen.indexOf(Math.min(...seen.slice(0, count)));
      return [count, ((truth[best] as number) - problem.optimum) / (typicalValue(problem) - problem.optimum)];
    }),
  );
}
