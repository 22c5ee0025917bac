/** Points of any number of dimensions, one row behind the other. */
export interface Points {
  readonly values: Float64Array;
  readonly count: number;
  readonly width: number;
}
