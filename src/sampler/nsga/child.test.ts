import { expect, it } from 'vitest';
import { frozenTrial } from '../../../test/support/frozen-trial.ts';
import { Rng } from '../../base/rng.ts';
import { int } from '../../space/int-distribution.ts';
import { childOf } from './child.ts';
import { individualOf } from './individuals.ts';
import { type NsgaOptions, nsgaSettings } from './options.ts';

const space = new Map([['n', int(0, 99)]]);

/** A hundred individuals, one for each value of `n`. */
const population = (of: (n: number) => { readonly value: number; readonly constraint?: number }) =>
  Array.from({ length: 100 }, (_, n) => {
    const { value, constraint = 0 } = of(n);
    const fields = { params: { n }, values: [value], systemAttrs: { constraints: [constraint] } };
    return individualOf(frozenTrial(n, fields), ['minimize']);
  });

/** The values of `n` in a thousand children. */
function children(parents: ReturnType<typeof population>, options: NsgaOptions): readonly number[] {
  const settings = nsgaSettings(options, 'nsga2()');
  const rng = new Rng('children');
  return Array.from({ length: 1000 }, () => childOf(parents, space, settings, rng, false).get('n') as number);
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const crossing: NsgaOptions = { crossoverProb: 1, mutationProb: 0 };

it('a parent is the better one of two: of a third of the way from the best on the mean', () => {
  expect(
    mean(
      children(
        population((n) => ({ value: n })),
        crossing,
      ),
    ),
  ).toBeCloseTo(33, -1);
  expect(
    mean(
      children(
        population((n) => ({ value: -n })),
        crossing,
      ),
    ),
  ).toBeCloseTo(66, -1);
  expect(
    mean(
      children(
        population(() => ({ value: 0 })),
        crossing,
      ),
    ),
  ).toBeCloseTo(49.5, -1); // none is better
});

it('a parent that breaks a constraint stands back behind one that breaks none', () => {
  const isBroken = (n: number) => n < 50; // where the values are best
  const parents = population((n) => ({ value: n, constraint: isBroken(n) ? 50 - n : -1 }));
  const broken = children(parents, crossing).filter(isBroken);
  expect(broken.length / 1000).toBeCloseTo(1 / 4, 1); // both of two
  expect(mean(broken)).toBeGreaterThan(25); // and then that of the lesser violation
});

it('a child without a crossover is like any of the population, and leaves out what it is to draw anew', () => {
  const parents = population((n) => ({ value: n }));
  expect(mean(children(parents, { crossoverProb: 0, mutationProb: 0 }))).toBeCloseTo(49.5, -1);
  const drawn = children(parents, { ...crossing, mutationProb: 0.25 }).filter((n) => n === undefined);
  expect(drawn.length / 1000).toBeCloseTo(1 / 4, 1);
});
