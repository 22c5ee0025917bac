import { expect, it } from 'vitest';
import { frozenTrial } from '../../../test/support/frozen-trial.ts';
import { dominatesConstrained, frontsOf, individualOf } from './individuals.ts';

/** A trial with a value and, above 0, a broken constraint. */
const individual = (value: number, ...constraints: readonly number[]) =>
  individualOf(frozenTrial(0, { values: [value], systemAttrs: { constraints } }), ['minimize']);

it('a feasible individual dominates infeasible ones, of which that of the smaller violation dominates', () => {
  const [best, feasible, near, far, unknown] = [
    individual(1, -1),
    individual(9),
    individual(0, 0.5, -3),
    individual(0, 0.25, 0.5),
    individual(0, Number.NaN),
  ];
  const ascending = [best, feasible, near, far, unknown];
  for (const [at, one] of ascending.entries()) {
    const dominated = ascending.filter((other) => dominatesConstrained(one, other));
    expect(dominated).toEqual(ascending.slice(at + 1));
  }
  expect(frontsOf([far, best, unknown, near, feasible])).toEqual(ascending.map((one) => [one]));
});
