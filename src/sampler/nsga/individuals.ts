import { dominates, type Losses, nonDominationRanks } from '../../math/domination.ts';
import { constraintsOf } from '../../trial/constraints.ts';
import { type Direction, lossesOf } from '../../trial/direction.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';

/** A COMPLETE trial as a member of a population. */
export interface Individual {
  readonly trial: FrozenTrial;
  readonly losses: Losses;
  /** The sum of the constraints above 0; infinite where one is NaN. 0 for a feasible trial. */
  readonly violation: number;
}

export function individualOf(trial: FrozenTrial, directions: readonly Direction[]): Individual {
  let violation = 0;
  for (const value of constraintsOf(trial).values()) {
    if (Number.isNaN(value)) violation = Infinity;
    else if (value > 0) violation += value;
  }
  return { trial, losses: lossesOf(trial.values ?? [], directions), violation };
}

/**
 * Constrained domination (Deb et al. 2002): a feasible individual dominates infeasible ones; of two infeasible ones that
 * of the smaller violation dominates, of two feasible ones that of better values.
 */
export function dominatesConstrained(a: Individual, b: Individual): boolean {
  if (a.violation > 0 || b.violation > 0) return a.violation < b.violation;
  return dominates(a.losses, b.losses);
}

/** The fronts of a population by {@link dominatesConstrained}, the best first, each in the population's order. */
export function frontsOf(population: readonly Individual[]): readonly (readonly Individual[])[] {
  const fronts: Individual[][] = [];
  const feasible = population.filter(({ violation }) => violation === 0);
  const ranks = nonDominationRanks(feasible.map(({ losses }) => losses));
  for (const [at, individual] of feasible.entries()) {
    const rank = ranks[at] as number;
    while (fronts.length <= rank) fronts.push([]);
    fronts[rank]?.push(individual);
  }
  const infeasible = population.filter(({ violation }) => violation > 0);
  const violations = [...new Set(infeasible.map(({ violation }) => violation))].sort((a, b) => a - b);
  for (const own of violations) fronts.push(infeasible.filter(({ violation }) => violation === own));
  return fronts;
}
