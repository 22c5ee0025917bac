import type { TrainingCallback } from './callbacks.ts';
import type { EpochRecord } from './epoch-record.ts';

/**
 * Logs a line an epoch: `epoch 3 of 30: training loss 1.2034, accuracy 56.1 %; validation loss 1.1020, accuracy 60.2 %`,
 * with the learning rate where a schedule sets it.
 *
 * @param log as a study's own.
 * @example
 * train({ callbacks: [logEpochs(log)], … })
 */
export function logEpochs(log: (line: string) => void): TrainingCallback {
  let total = 0;
  return {
    onBegin({ epochs }) {
      total = epochs;
    },
    onEpoch(record) {
      log(`epoch ${record.epoch} of ${total}: ${parts(record).join('; ')}`);
    },
  };
}

function parts(record: EpochRecord): readonly string[] {
  const { trainEvaluationLoss, trainEvaluationAccuracy, learningRate } = record;
  return [
    figures('training', record.trainLoss, record.trainAccuracy),
    ...(trainEvaluationLoss !== undefined && trainEvaluationAccuracy !== undefined
      ? [figures('training images in inference', trainEvaluationLoss, trainEvaluationAccuracy)]
      : []),
    figures('validation', record.validationLoss, record.validationAccuracy),
    ...(learningRate === undefined ? [] : [`learning rate ${learningRate.toPrecision(3)}`]),
  ];
}

/** A loss and an accuracy in words. */
export function figures(of: string, loss: number, accuracy: number): string {
  return `${of} loss ${loss.toFixed(4)}, accuracy ${(100 * accuracy).toFixed(1)} %`;
}
