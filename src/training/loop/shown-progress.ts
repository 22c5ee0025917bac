import type { TrainingCallback } from './callbacks.ts';

/** The progress of a training, as a study's `progress` takes it. */
export interface ShownProgress {
  readonly label: string;
  /** The number of epochs done. */
  readonly done: number;
  /** The number of all epochs. */
  readonly total: number;
  readonly unit: 'epochs';
}

/**
 * Shows how many epochs of a training are done, at its beginning and after each epoch.
 *
 * @param label default: 'training'.
 * @example
 * train({ callbacks: [showProgress(progress, 'retraining')], … })
 */
export function showProgress(progress: (shown: ShownProgress) => void, label = 'training'): TrainingCallback {
  let total = 0;
  const show = (done: number): void => progress({ label, done, total, unit: 'epochs' });
  return {
    onBegin({ epochs, resumedAt }) {
      total = epochs;
      show(resumedAt);
    },
    onEpoch: ({ epoch }) => show(epoch),
  };
}
