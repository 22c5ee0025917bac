import { hypervolume } from '../../src/math/hypervolume.ts';
import { RandomSampler } from '../../src/sampler/random.ts';
import type { Asker } from './asker.ts';
import { ownAsker } from './own-asker.ts';
import type { AnyProblem, ConstrainedProblem, QualityProblem, TradeOffProblem } from './problem.ts';
import { type SearchedTrial, search } from './search.ts';

/** How far a search has come after some numbers of trials, by that number as text. */
export type Regrets = Readonly<Record<string, number>>;

/** A problem with one function to minimise. */
type Single = QualityProblem | ConstrainedProblem;

const typicalValues = new Map<Single, number>();

/** The median value of random points. */
async function typicalValue(problem: Single): Promise<number> {
  const known = typicalValues.get(problem);
  if (known !== undefined) return known;
  const { noise: _, concurrency: __, ...plain } = problem;
  const trials = await search(ownAsker(new RandomSampler(), 1, -1), plain, -1, 1001);
  const median = trials.map(({ truth }) => truth[0] as number).sort((a, b) => a - b)[500] as number;
  typicalValues.set(problem, median);
  return median;
}

/**
 * The normalised regrets of one search. With one function to minimise, of the trial that looks best, the distance of its
 * true value from the optimum, as a share of that of a typical random point; with constraints, of feasible trials, and 1
 * where there is none. With several, the share of the best
 * trade-offs' volume that the trials do not dominate.
 */
export async function regretsOf(
  asker: Asker,
  problem: AnyProblem,
  seed: number,
  trialCounts: readonly number[],
): Promise<Regrets> {
  const trials = await search(asker, problem, seed, Math.max(...trialCounts));
  const typical = 'optimum' in problem ? await typicalValue(problem) : 0;
  return Object.fromEntries(
    trialCounts.map((count) => {
      const first = trials.slice(0, count);
      return [count, 'optimum' in problem ? regret(first, problem, typical) : missingVolume(first, problem)];
    }),
  );
}

function regret(all: readonly SearchedTrial[], { optimum }: Single, typical: number): number {
  const trials = all.filter(({ isFeasible }) => isFeasible);
  if (trials.length === 0) return 1;
  const looksBest = trials.reduce((best, trial) => (first(trial.seen) < first(best.seen) ? trial : best));
  return (first(looksBest.truth) - optimum) / (typical - optimum);
}

const first = (values: readonly number[]) => values[0] as number;

function missingVolume(trials: readonly SearchedTrial[], { reference, bestVolume }: TradeOffProblem): number {
  const points = trials.map(({ truth }) => truth);
  const inside = points.filter((point) => point.every((value, i) => value <= (reference[i] as number)));
  return 1 - hypervolume(inside, reference) / bestVolume;
}
