import type { LeafBoxes } from './leaf-boxes.ts';

/** A parameter in one or more columns of numbers from 0 to 1, which trees split. */
export interface EncodedParam {
  readonly columnCount: number;

  /** The values that trials took: by column, and in it by trial. */
  columnsOf(internals: Float64Array): readonly Float64Array[];

  /**
   * The variance of a tree's predictions in these columns, each point of them counted the same and averaged over all
   * other columns: the variance of the marginal (Hutter et al. 2014).
   *
   * @param start the first of the parameter's columns.
   */
  marginalVariance(boxes: LeafBoxes, start: number): number;
}
