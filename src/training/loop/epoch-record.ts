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
}
