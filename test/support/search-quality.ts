import type { Sampler } from '../../src/sampler/sampler.ts';
import { golden } from '../golden/optuna/golden.ts';
import { searchByRun } from './search.ts';
import { type TestFunction, testFunctions } from './test-functions.ts';
import { mannWhitney } from './two-samples.ts';

const TRIALS = 100;

const optunasBest = golden<Readonly<Record<TestFunction, readonly number[]>>>('search-quality.json');

/** The best values that a sampler finds in 100 trials each. */
export function bestValues(sampler: () => Sampler, name: TestFunction, seeds: number): number[] {
  return Array.from({ length: seeds }, (_, seed) => {
    const trials = searchByRun(sampler(), testFunctions[name], TRIALS, seed);
    return Math.min(...trials.map((trial) => trial.values?.[0] ?? Infinity));
  });
}

/**
 * The probability of a result at least this different if the sampler finds the values that Optuna's TPE finds, from its
 * 30 searches.
 */
export function likeOptuna(sampler: () => Sampler, name: TestFunction, seeds: number): number {
  return mannWhitney(bestValues(sampler, name, seeds), optunasBest[name]);
}
