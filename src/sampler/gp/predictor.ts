import type { Point } from './point-space.ts';

/** A normal prediction of a modelled function at a point, without the noise of observations. */
export interface Prediction {
  readonly mean: number;
  readonly deviation: number;
}

/** A model of a function. */
export interface Predictor {
  at(point: Point): Prediction;

  /** The predictions at many points, faster than one by one. */
  atAll(points: readonly Point[]): readonly Prediction[];

  /**
   * The prediction at a point; writes the gradients of mean and deviation by the coordinates that are numbers, and 0
   * for choices.
   */
  withGradient(point: Point, meanGradient: Float64Array, deviationGradient: Float64Array): Prediction;
}
