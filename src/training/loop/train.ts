import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { checkOption, refusal, wholeNumberFrom } from '../../base/option-checks.ts';
import { Rng } from '../../base/rng.ts';
import { type Augmentation, imageBatch, type Normalisation } from '../images/image-batch.ts';
import type { ImageSelection } from '../images/image-set.ts';
import { softmaxCrossEntropy } from '../ops/softmax-cross-entropy.ts';
import { tally } from '../ops/tally.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { BestWeights } from './best-weights.ts';
import { afterEpoch, type TrainingCallback, withCallbacks } from './callbacks.ts';
import type { EpochRecord } from './epoch-record.ts';
import { evaluate } from './evaluate.ts';

export interface TrainOptions {
  /** Gives logits [N, classes]; changed in place. */
  readonly model: tfl.LayersModel;
  /** Its state is freed at the end. */
  readonly optimizer: Optimizer;
  readonly data: { readonly train: ImageSelection; readonly validation: ImageSelection };
  readonly normalisation: Normalisation;
  /** Random changes of the training images; none by default. */
  readonly augmentation?: Augmentation;
  /** Images a step. A last batch of a single image is left out (batch normalisation has no variance to go by). */
  readonly batchSize: number;
  readonly epochs: number;
  /** Fixes the order of the images and their changes: the same seed on the same backend gives the same losses, bit by bit. */
  readonly seed: number;
  /** Stop after this many epochs in a row without a lower validation loss; by default never. */
  readonly patience?: number;
  /** End with the weights of the epoch of lowest validation loss instead of the last one's; default false. */
  readonly restoreBest?: boolean;
  /** Stops between two steps, with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Followers of the training; each of their methods is called in this order. */
  readonly callbacks?: readonly TrainingCallback[];
  /** Short for a last callback that has nothing but this. */
  readonly onEpoch?: NonNullable<TrainingCallback['onEpoch']>;
}

/** The result of a training. */
export interface TrainResult {
  readonly history: readonly EpochRecord[];
  readonly last: EpochRecord;
  /** The epoch of lowest validation loss (the first of equals); the last epoch where every loss is NaN. */
  readonly best: EpochRecord;
}

/**
 * Trains a classifier by mini-batches, validating after each epoch. One gradient tape a step, nothing read back within
 * an epoch, and the event loop gets its turn after each step, so that messages and `signal` are heeded.
 *
 * @throws HpoError HPO_INVALID_ARGUMENT for `epochs` or a `batchSize` that is no whole number from 1 on.
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { callbacks = [], onEpoch, optimizer, epochs, batchSize } = options;
  const refuse = refusal('HPO_INVALID_ARGUMENT', 'train()');
  checkOption('epochs', epochs, wholeNumberFrom(1), refuse);
  checkOption('batchSize', batchSize, wholeNumberFrom(1), refuse);
  const followers = onEpoch ? [...callbacks, { onEpoch }] : callbacks;
  try {
    return await withCallbacks(followers, () => trainEpochs(options, followers));
  } finally {
    optimizer.dispose();
  }
}

async function trainEpochs(options: TrainOptions, callbacks: readonly TrainingCallback[]): Promise<TrainResult> {
  const { model, data, normalisation, epochs, patience = Number.POSITIVE_INFINITY, restoreBest, signal } = options;
  const history: EpochRecord[] = [];
  const bestWeights = restoreBest ? new BestWeights(model) : undefined;
  let best: EpochRecord | undefined;
  let last: EpochRecord | undefined;
  try {
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const start = performance.now();
      const training = await trainEpoch(options, epoch);
      const validation = await evaluate({ model, data: data.validation, normalisation, ...(signal && { signal }) });
      const record: EpochRecord = {
        epoch,
        ...training,
        validationLoss: validation.loss,
        validationAccuracy: validation.accuracy,
        seconds: (performance.now() - start) / 1000,
      };
      last = record;
      history.push(record);
      if (best === undefined || Number.isNaN(best.validationLoss) || record.validationLoss < best.validationLoss) {
        best = record;
        bestWeights?.take();
      }
      const isStopped = await afterEpoch(callbacks, record);
      if (isStopped || epoch - best.epoch >= patience) break;
    }
    bestWeights?.restore();
    return { history, last: last as EpochRecord, best: best as EpochRecord };
  } finally {
    bestWeights?.dispose();
  }
}

/** One pass over the training images in a random order. */
async function trainEpoch(
  { model, optimizer, data, normalisation, augmentation, batchSize, seed, signal }: TrainOptions,
  epoch: number,
): Promise<{ trainLoss: number; trainAccuracy: number }> {
  const { set, indices } = data.train;
  const order = new Rng(`${seed}/order/${epoch}`).permutation(indices.length).map((at) => indices[at] as number);
  const augment = augmentation && { augmentation, rng: new Rng(`${seed}/augmentation/${epoch}`) };
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  let sums = tf.zeros([2]);
  let seen = 0;
  try {
    for (let start = 0; order.length - start > 1 || start === 0; start += batchSize) {
      signal?.throwIfAborted();
      const batch = order.subarray(start, start + batchSize);
      const labels = Int32Array.from(batch, (index) => set.labels[index] as number);
      seen += batch.length;
      const before = sums;
      sums = tf.tidy(() =>
        step(model, optimizer, variables, imageBatch(set, batch, normalisation, augment), labels, before),
      );
      before.dispose();
      await setImmediate();
    }
    const [loss, hits] = await sums.data();
    return { trainLoss: (loss as number) / seen, trainAccuracy: (hits as number) / seen };
  } finally {
    sums.dispose();
  }
}

/** One step on one batch. @returns `sums` with its loss and its hits counted in. */
function step(
  model: tfl.LayersModel,
  optimizer: Optimizer,
  variables: tf.Variable[],
  images: tf.Tensor4D,
  labelValues: Int32Array,
  sums: tf.Tensor,
): tf.Tensor {
  const labels = tf.tensor1d(labelValues, 'int32');
  let logits: tf.Tensor | undefined;
  const { value, grads } = tf.variableGrads(() => {
    logits = tf.keep(model.apply(images, { training: true }) as tf.Tensor);
    return softmaxCrossEntropy(logits, labels);
  }, variables);
  optimizer.apply(variables, grads);
  const counted = tally(sums, value, logits as unknown as tf.Tensor, labels);
  logits?.dispose();
  return counted;
}
