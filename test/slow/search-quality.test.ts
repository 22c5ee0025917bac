import { describe, expect, it } from 'vitest';
import { random, tpe } from '../../src/sampler/index.ts';
import { likeOptuna } from '../support/search-quality.ts';
import { type TestFunction, testFunctions } from '../support/test-functions.ts';

// A sampler as good as Optuna's is refused once in a thousand functions, whatever its seeds.
const THRESHOLD = 0.001;
const SEEDS = 30;
const functions = Object.keys(testFunctions) as TestFunction[];
const refused = (sampler: typeof tpe) => functions.filter((name) => likeOptuna(sampler, name, SEEDS) < THRESHOLD);

describe(`the best of 100 trials, over ${SEEDS} seeds, is not distinguishable from Optuna 5.0.0's`, () => {
  it.each(functions)('%s', (name) => {
    expect(likeOptuna(tpe, name, SEEDS)).toBeGreaterThan(THRESHOLD);
    expect(likeOptuna(() => tpe({ group: true }), name, SEEDS)).toBeGreaterThan(THRESHOLD);
  });

  it('while broken samplers are detected', () => {
    const atLeast = expect.arrayContaining(['sphere', 'integers', 'plateaus']);
    expect(refused(random)).toEqual(functions);
    // Such a heavy prior makes every kernel as wide as the range.
    expect(refused(() => tpe({ priorWeight: 1000 }))).toEqual(atLeast);
    // With one candidate the two densities are not compared.
    expect(refused(() => tpe({ candidates: 1 }))).toEqual(atLeast);
  });
});
