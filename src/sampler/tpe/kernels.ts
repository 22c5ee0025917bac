import type { Rng } from '../../base/rng.ts';
import type { Normalizers } from './normalizers.ts';
import type { Scratch } from './scratch.ts';

/** The values that earlier trials took for one parameter. */
export interface Observations {
  /** Places in the sampling range for numbers, the index of the choice for categorical parameters; oldest first. */
  readonly values: Float64Array;
  /** Indices into `values`, from the smallest value to the greatest; of equal values the oldest first. */
  readonly ascending: Uint32Array;
  /** The row of the trial of each observation. */
  readonly rows: Uint32Array;
  /** The factors computed for these rows before. */
  readonly normalizers: Normalizers;
  /** The memory of arrays that are as long as these. */
  readonly scratch: Scratch;
}

/** Points of a search space: for each parameter the values of all points, as the numbers that a database keeps. */
export type Points = readonly Float64Array[];

/**
 * The kernels of a mixture in one parameter: one for each observation, in their order, and the prior last. Values are
 * numbers as a database keeps them (a categorical one as the index of its choice).
 */
export interface Kernels {
  /** Draws one value from each of the kernels that `components` names. */
  sample(rng: Rng, components: Uint32Array): Float64Array;

  /** Where the order of parameters is free, those of smaller cost come first. */
  readonly cost: number;

  /**
   * The number of each kernel's kind, 0, 1, 2, …; kernels of the same kind are equal. Undefined where equal ones are
   * not worth finding.
   */
  readonly kinds: Uint32Array | undefined;

  /** An upper bound of the ln density of every kernel. */
  readonly greatestLogDensity: number;

  /** Adds to the first `count` of `sums` the ln density at `value` of the kernels that `components` names. */
  addLogDensities(value: number, components: Uint32Array, sums: Float64Array, count: number): void;
}
