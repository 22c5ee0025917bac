import type { ClassMetrics } from './metrics.ts';

/** The figures of one epoch. */
export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  /** Mean over the epoch's images, each as the model stood at its batch, augmented and with dropout. */
  readonly trainLoss: number;
  readonly trainAccuracy: number;
  /** Mean cross-entropy over the validation images after the epoch. */
  readonly validationLoss: number;
  readonly validationAccuracy: number;
  /** Duration of the epoch with its validation, in seconds. */
  readonly seconds: number;
  /** The learning rate of the epoch's last step, in a training with a `schedule`. */
  readonly learningRate?: number;
  /**
   * Mean cross-entropy over the training images after the epoch, in inference and without augmentation; in a training
   * with `trainEvaluation`.
   */
  readonly trainEvaluationLoss?: number;
  readonly trainEvaluationAccuracy?: number;
  /** The recognition of each class among the validation images; in a training with `perClass`. */
  readonly validationPerClass?: readonly ClassMetrics[];
}

/** The numbers that every record has. */
export const figures = [
  'epoch',
  'trainLoss',
  'trainAccuracy',
  'validationLoss',
  'validationAccuracy',
  'seconds',
] as const satisfies readonly (keyof EpochRecord)[];

/** The numbers that a record has where its training was asked for them. */
export const optionalFigures = [
  'learningRate',
  'trainEvaluationLoss',
  'trainEvaluationAccuracy',
] as const satisfies readonly (keyof EpochRecord)[];

export type OptionalFigure = (typeof optionalFigures)[number];
