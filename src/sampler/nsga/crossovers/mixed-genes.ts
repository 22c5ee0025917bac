import type { Draws } from '../crossover.ts';

/** The options of crossovers that make two children, of which Optuna takes one. */
export interface TwoChildrenOptions {
  /**
   * The distribution index: the greater, the nearer children are to their parents. Default: 2 with one direction, 20
   * with several.
   */
  readonly eta?: number;
  /** The probability that the two children exchange a parameter; default 0.5. */
  readonly uniformCrossoverProb?: number;
  /** The probability of taking a parameter from the children and not from the parents; default 0.5. */
  readonly useChildGeneProb?: number;
}

export function etaOf({ eta }: TwoChildrenOptions, isMultiObjective: boolean): number {
  return eta ?? (isMultiObjective ? 20 : 2);
}

/** One child of two: each parameter of either child, or unchanged of either parent, by Optuna's rule. */
export function mixedGenes(
  children: readonly [Float64Array, Float64Array],
  parents: readonly [Float64Array, Float64Array],
  { uniformCrossoverProb = 0.5, useChildGeneProb = 0.5 }: TwoChildrenOptions,
  random: Draws,
): Float64Array {
  const [first, second] = children.map((child) => child.slice()) as [Float64Array, Float64Array];
  for (let i = 0; i < first.length; i++) {
    const [a, b] = random.uniform() < useChildGeneProb ? children : parents;
    const isStraight = random.uniform() >= uniformCrossoverProb;
    first[i] = (isStraight ? a : b)[i] as number;
    second[i] = (isStraight ? b : a)[i] as number;
  }
  return random.uniform() < 0.5 ? first : second;
}
