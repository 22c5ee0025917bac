import type { ParamValue } from '../../space/distribution.ts';

/** The values of a parameter in finitely many cells. */
export interface Grid {
  /** How many cells there are. */
  readonly size: number;
  /** The cell of a value. */
  cellOf(value: ParamValue): number;
  /** The mass of each cell, 1 together. @param counts the number of values in each cell, at least one in all. */
  masses(counts: Uint32Array): Float64Array;
}
