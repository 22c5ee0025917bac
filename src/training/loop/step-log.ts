import type { TrainingCallback } from './callbacks.ts';
import { figures } from './epoch-log.ts';

/**
 * Logs a line every `logEvery` steps of a training: `epoch 3, step 150 of 704: training loss 1.2034, accuracy 56.1 %`,
 * the points of a live curve.
 *
 * @param log as a study's own.
 * @example
 * train({ logEvery: 100, callbacks: [logSteps(log)], … })
 */
export function logSteps(log: (line: string) => void): TrainingCallback {
  return {
    onStep({ epoch, step, stepsPerEpoch, trainLoss, trainAccuracy }) {
      log(`epoch ${epoch}, step ${step} of ${stepsPerEpoch}: ${figures('training', trainLoss, trainAccuracy)}`);
    },
  };
}
