import type { ParamValue } from '../../space/distribution.ts';

/** The values of a parameter in finitely many cells. */
export interface Grid {
  /** How many cells there are. */
  readonly size: number;
  /** The cell of a value. */
  cellOf(value: ParamValue): number;
  /** The density of values of which each cell has so many, at least one in all: the mass of each cell, 1 together. */
  masses(counts: Uint32Array): Float64Array;
}
