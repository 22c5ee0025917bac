import type { Rng } from '../../base/rng.ts';

/** The random draws of a crossover or a mutation. */
export type Draws = Pick<Rng, 'uniform' | 'normal'>;

/** The bounds of each parameter's places. */
export interface Bounds {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** The values that a crossover knows besides the parents. */
export interface CrossoverSetting {
  readonly bounds: Bounds;
  readonly random: Draws;
  /** Whether the study has several directions. */
  readonly isMultiObjective: boolean;
}

/** Makes a child of several parents, all of them places of numeric parameters. */
export interface Crossover {
  readonly parentCount: 2 | 3;
  /** The child, which may lie beyond the bounds. */
  cross(parents: readonly Float64Array[], setting: CrossoverSetting): Float64Array;
}
