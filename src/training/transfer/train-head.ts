import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { checkOption, refusal, wholeNumberFrom } from '../../base/option-checks.ts';
import { Rng } from '../../base/rng.ts';
import { BestWeights } from '../loop/best-weights.ts';
import { bestEpoch, defaultMetric } from '../loop/epoch-metric.ts';
import type { EpochRecord } from '../loop/epoch-record.ts';
import { modelWeights } from '../loop/model-weights.ts';
import { scoreFigures } from '../loop/scores.ts';
import type { TrainResult } from '../loop/training-progress.ts';
import { update } from '../loop/training-update.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { inTrainingStep } from '../training-step.ts';
import type { LabelledFeatures } from './kept-features.ts';

/** The options of {@link trainHead}. */
export interface TrainHeadOptions {
  /** From features [N, width] to logits [N, classes]; changed in place. */
  readonly head: tfl.LayersModel;
  /** Its state is freed at the end. */
  readonly optimizer: Optimizer;
  readonly data: { readonly train: LabelledFeatures; readonly validation: LabelledFeatures };
  /** Rows a step. */
  readonly batchSize: number;
  readonly epochs: number;
  /** Fixes the order of the rows, and with the layers' seeds the dropout masks. */
  readonly seed: number;
  /** Stops between two steps, with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called after each epoch, and waited for; what it throws ends the training. */
  readonly onEpoch?: (record: EpochRecord) => void | Promise<void>;
}

/**
 * Trains the last layers of a net on the features that the frozen layers before gave for the images, as
 * `keptFeatures()` has them: what `train()` would do with the whole net, without computing the frozen part again and
 * again. The rows and their gradients stay on the backend. The head ends with the weights of the epoch of lowest
 * validation loss.
 *
 * @throws HpoError HPO_INVALID_ARGUMENT for `epochs` or a `batchSize` that is no whole number from 1 on.
 */
export async function trainHead(options: TrainHeadOptions): Promise<TrainResult> {
  const { head, optimizer, data, epochs, batchSize, signal, onEpoch } = options;
  const refuse = refusal('HPO_INVALID_ARGUMENT', 'trainHead()');
  checkOption('epochs', epochs, wholeNumberFrom(1), refuse);
  checkOption('batchSize', batchSize, wholeNumberFrom(1), refuse);
  const rowsOf = ({ features }: LabelledFeatures) => tf.tensor2d(features.values, [...features.shape]);
  const [train, validation] = [rowsOf(data.train), rowsOf(data.validation)];
  const bestWeights = new BestWeights(modelWeights(head));
  const history: EpochRecord[] = [];
  try {
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const start = performance.now();
      const training = await passOverRows(options, train, epoch);
      const judged = await judge(head, validation, data.validation);
      const record = { epoch, ...training, ...judged, seconds: (performance.now() - start) / 1000 };
      history.push(record);
      if (bestEpoch(history, defaultMetric) === record) bestWeights.take();
      await onEpoch?.(record);
      signal?.throwIfAborted();
    }
    bestWeights.restore();
    const best = bestEpoch(history, defaultMetric) as EpochRecord;
    return { history, last: history.at(-1) as EpochRecord, best };
  } finally {
    bestWeights.dispose();
    optimizer.dispose();
    tf.dispose([train, validation]);
  }
}

/** One pass over the rows in a random order. */
async function passOverRows(
  { head, optimizer, data, batchSize, seed, signal }: TrainHeadOptions,
  rows: tf.Tensor2D,
  epoch: number,
): Promise<{ readonly trainLoss: number; readonly trainAccuracy: number }> {
  const { labels } = data.train;
  const order = new Rng(`${seed}/order/${epoch}`).permutation(labels.length);
  const variables = head.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const trained = new Set(variables);
  let sums = tf.zeros([2]);
  try {
    for (let start = 0; start < order.length; start += batchSize) {
      signal?.throwIfAborted();
      const before = sums;
      const batch = order.subarray(start, start + batchSize);
      sums = inTrainingStep({ seed, epoch, step: start / batchSize + 1, trained }, () =>
        tf.tidy(() => {
          const inputs = tf.gather(rows, tf.tensor1d(Int32Array.from(batch), 'int32'));
          const truth = Int32Array.from(batch, (row) => labels[row] as number);
          return update(head, variables, { inputs, labels: truth }, { optimizer }, before);
        }),
      );
      before.dispose();
      await setImmediate();
    }
    const [loss, hits] = await sums.data();
    return { trainLoss: (loss as number) / order.length, trainAccuracy: (hits as number) / order.length };
  } finally {
    sums.dispose();
  }
}

/** Loss and accuracy of the validation rows, in inference. */
async function judge(
  head: tfl.LayersModel,
  rows: tf.Tensor2D,
  { labels }: LabelledFeatures,
): Promise<{ readonly validationLoss: number; readonly validationAccuracy: number }> {
  const logits = tf.tidy(() => head.apply(rows) as tf.Tensor2D);
  try {
    const scores = (await logits.data()) as Float32Array;
    const classes = logits.shape[1];
    let [loss, hits] = [0, 0];
    for (const [row, label] of [...labels].entries()) {
      const figures = scoreFigures(scores.subarray(row * classes, (row + 1) * classes), label);
      loss += figures.loss;
      if (figures.predicted === label) hits++;
    }
    return { validationLoss: loss / labels.length, validationAccuracy: hits / labels.length };
  } finally {
    logits.dispose();
  }
}
