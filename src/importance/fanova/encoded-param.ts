import type { LeafBoxes } from './leaf-boxes.ts';

/** A parameter in one or more columns of numbers from 0 to 1, which trees split. */
export interface EncodedParam {
  readonly columnCount: number;

  /** The trials' values of the parameter: one array for each column, with a number for each trial. */
  columnsOf(internals: Float64Array): readonly Float64Array[];

  /**
   * The variance of the marginal (Hutter et al. 2014): of a tree's predictions in these columns, averaged over all
   * other columns. Every point counts the same.
   *
   * @param start the first of the parameter's columns.
   */
  marginalVariance(boxes: LeafBoxes, start: number): number;
}
