import type { ParamValue } from '../../space/distribution.ts';

/** The values of a parameter in finitely many cells. */
export interface Grid {
  /** The number of cells. */
  readonly size: number;
  /** The cell of a value. */
  cellOf(value: ParamValue): number;
  /** The mass of each cell; their sum is 1. @param counts the number of values in each cell, at least one in all. */
  masses(counts: Uint32Array): Float64Array;
}
