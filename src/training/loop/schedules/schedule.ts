import type { EpochRecord } from '../epoch-record.ts';

/** The place of a step in a whole training. */
export interface SchedulePoint {
  /** The number of steps before this one, over all epochs: from 0. */
  readonly step: number;
  /** The number of steps of the whole training. */
  readonly steps: number;
  readonly stepsPerEpoch: number;
  /** The epochs before this step's. */
  readonly history: readonly EpochRecord[];
}

/**
 * A learning-rate schedule: gives the factor by which the optimizer's own learning rate is multiplied for a step, as
 * PyTorch's `LambdaLR` takes it; finite, from 0 on. It depends on the point alone, so that a resumed training goes on
 * as if it had not been interrupted.
 *
 * @example
 * train({ optimizer: sgd({ learningRate: 0.4 }), schedule: ({ step, steps }) => 1 - step / steps, … })
 */
export type Schedule = (point: SchedulePoint) => number;

/** The number of whole epochs before a point. */
export const epochsBefore = ({ step, stepsPerEpoch }: SchedulePoint): number => Math.floor(step / stepsPerEpoch);
