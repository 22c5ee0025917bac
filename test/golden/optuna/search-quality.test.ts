import { expect, it } from 'vitest';
import { random, tpe } from '../../../src/sampler/index.ts';
import { likeOptuna } from '../../support/search-quality.ts';
import type { TestFunction } from '../../support/test-functions.ts';

// 10 searches on three of the functions; test/slow/search-quality.test.ts has 30 on all six.
const functions = ['sphere', 'integers', 'plateaus'] as const satisfies readonly TestFunction[];

it.each(functions)('tpe() finds in 100 trials on %s what Optuna 5.0.0 finds', (name) => {
  expect(likeOptuna(tpe, name, 10)).toBeGreaterThan(0.001);
});

it('random search does not, and neither does TPE with kernels as wide as the range', () => {
  for (const name of functions) {
    expect(likeOptuna(random, name, 10)).toBeLessThan(0.001);
    expect(likeOptuna(() => tpe({ priorWeight: 1000 }), name, 10)).toBeLessThan(0.001);
  }
});
