import type { Direction } from '../trial/direction.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';

/** Estimates how uncertain the values of a study are: an improvement of less than that is not worth further trials. */
export interface ErrorEstimate {
  /** Its name in messages, for example `staticError`. */
  readonly name: string;

  /** The number of first trials that alone decide the error, once there are as many. Default: all decide. */
  readonly decidedBy?: number;

  /**
   * The error in units of the value; nothing is below it where it is -Infinity. It follows from its arguments alone.
   *
   * @param trials COMPLETE and feasible ones, at least one, by number.
   */
  evaluate(trials: readonly FrozenTrial[], direction: Direction): number;
}
