import { float } from '../../src/space/float-distribution.ts';
import type { Suggest } from '../../test/support/search.ts';
import { bestTrainings, costOf, training } from './mixed.ts';
import type { ConstrainedProblem } from './problem.ts';

const number = (suggest: Suggest, name: string, low: number, high: number) => Number(suggest(name, float(low, high)));

/** The cost that a training may have; two in three random ones have more. */
const BUDGET = 1.5;

/** The least value on a grid of feasible points, where it is not known in closed form. */
function leastOnGrid(evaluate: ConstrainedProblem['evaluate'], low: number, high: number): number {
  let least = Infinity;
  const steps = 1500;
  for (let i = 0; i <= steps; i++) {
    for (let j = 0; j <= steps; j++) {
      const at: Record<string, number> = { x: low + ((high - low) * i) / steps, y: low + ((high - low) * j) / steps };
      const { value, constraints } = evaluate((name) => at[name] as number);
      if (constraints.every((constraint) => constraint <= 0)) least = Math.min(least, value);
    }
  }
  return least;
}

/** Gardner et al. 2014, "Bayesian optimization with inequality constraints", the second simulated problem. */
function gardner(suggest: Suggest) {
  const [x, y] = [number(suggest, 'x', 0, 6), number(suggest, 'y', 0, 6)];
  return { value: Math.sin(x) + y, constraints: [Math.sin(x) * Math.sin(y) + 0.95] };
}

/** A bowl of five numbers whose best part is cut off by two planes. */
function cutBowl(suggest: Suggest) {
  const x = [0, 1, 2, 3, 4].map((i) => number(suggest, `x${i}`, -5, 5));
  const sum = x.reduce((total, xi) => total + xi, 0);
  const value = x.reduce((total, xi) => total + xi * xi, 0);
  return { value, constraints: [5 - sum, 1.5 - (x[0] as number)] };
}

export const constrainedProblems: readonly ConstrainedProblem[] = [
  {
    name: 'gardner',
    group: 'constrained',
    isHeldOut: true,
    evaluate: gardner,
    optimum: leastOnGrid(gardner, 0, 6),
  },
  // With x0 = 1.5 the others share the rest of the sum evenly.
  {
    name: 'cut-bowl-5',
    group: 'constrained',
    isHeldOut: true,
    evaluate: cutBowl,
    optimum: 1.5 ** 2 + 4 * (3.5 / 4) ** 2,
  },
  {
    name: 'training-budget',
    group: 'constrained',
    isHeldOut: true,
    evaluate: (suggest) => {
      const asked: Record<string, unknown> = {};
      const value = training((name, distribution) => {
        asked[name] = suggest(name, distribution);
        return asked[name] as number;
      });
      return { value, constraints: [costOf(Number(asked.layers), Number(asked.batch)) - BUDGET] };
    },
    optimum: Math.min(
      ...bestTrainings.filter(({ layers, batch }) => costOf(layers, batch) <= BUDGET).map(({ loss }) => loss),
    ),
  },
];
