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
import { inTrainingStep } from '../training-step.ts';
import { afterEpoch, type TrainingCallback, withCallbacks } from './callbacks.ts';
import type { EpochRecord } from './epoch-record.ts';
import { evaluate } from './evaluate.ts';
import type { TrainingCheckpoints } from './training-checkpoints.ts';
import { TrainingProgress, type TrainResult } from './training-progress.ts';

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
  /** The epochs in all, those before a checkpoint included. */
  readonly epochs: number;
  /**
   * Fixes the order of the images, their changes, and with the layers' seeds the dropout masks: the same seed on the
   * same backend gives the same losses, bit by bit.
   */
  readonly seed: number;
  /** Stop after this many epochs in a row without a lower validation loss; by default never. */
  readonly patience?: number;
  /** End with the weights of the epoch of lowest validation loss instead of the last one's; default false. */
  readonly restoreBest?: boolean;
  /**
   * Where the training goes on from, and where it keeps its state after each epoch, once the callbacks have had it, also
   * where one of them throws: `trial.checkpoints` in a trial. None by default. They hold one training, so a trial that
   * trains several models gives them to one at most; report with the epoch as the step.
   */
  readonly checkpoints?: TrainingCheckpoints;
  /** Keep the state after every so many epochs, the last one, and one at which a callback throws. Default 1. */
  readonly checkpointEvery?: number;
  /** Stops between two steps, with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Followers of the training; each of their methods is called in this order. */
  readonly callbacks?: readonly TrainingCallback[];
  /** Short for a last callback that has nothing but this. */
  readonly onEpoch?: NonNullable<TrainingCallback['onEpoch']>;
}

/** The model that was trained last with some checkpoints, to its end. */
const trainedWith = new WeakMap<TrainingCheckpoints, tfl.LayersModel>();

/**
 * Trains a classifier by mini-batches, validating after each epoch. One gradient tape a step, nothing read back within
 * an epoch, and the event loop gets its turn after each step, so that messages and `signal` are heeded.
 *
 * With `checkpoints` that have a last one the training goes on from there: weights, optimizer (with the learning rate
 * that it had), best epoch and its weights, and history are those after that epoch, and on WebAssembly and plain
 * JavaScript all that follows is, bit by bit, what it would have been without an interruption. The options are those of
 * this call, so that `epochs` may be more than before. A training that has had all its epochs, whose `patience` is at an
 * end, or that a callback has ended (for no fewer `epochs`) returns its result at once. Not in a checkpoint is what a
 * layer or a callback keeps to itself: masks of tf.layers' own dropout and noise without a seed differ (with one they are
 * the same at every step), states of stateful recurrent layers begin afresh, and a callback catches up in `onBegin`.
 *
 * @throws HpoError HPO_INVALID_ARGUMENT for `epochs`, a `batchSize` or `checkpointEvery` that is no whole number from 1
 *   on, and for checkpoints with which another model was trained; HPO_DATA for a checkpoint that is damaged, or of
 *   another model or optimizer; HPO_BACKEND where a backend did not take the numbers of one.
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { model, optimizer, epochs, batchSize, checkpoints, checkpointEvery = 1 } = options;
  const { callbacks = [], onEpoch, patience = Number.POSITIVE_INFINITY, restoreBest = false } = options;
  const refuse = refusal('HPO_INVALID_ARGUMENT', 'train()');
  checkOption('epochs', epochs, wholeNumberFrom(1), refuse);
  checkOption('batchSize', batchSize, wholeNumberFrom(1), refuse);
  checkOption('checkpointEvery', checkpointEvery, wholeNumberFrom(1), refuse);
  if (checkpoints && (trainedWith.get(checkpoints) ?? model) !== model) {
    refuse('`checkpoints` hold the training of another model; give those of a trial to one model alone.');
  }
  const followers = onEpoch ? [...callbacks, { onEpoch }] : callbacks;
  const keepsBest = restoreBest || checkpoints !== undefined;
  const progress = new TrainingProgress({ model, optimizer, epochs, patience, keepsBest });
  try {
    if (checkpoints?.last) await progress.resume(checkpoints.last);
    const history = [...progress.history];
    return await withCallbacks(followers, { resumedAt: history.length, history }, async () => {
      await trainEpochs(options, progress, followers);
      if (restoreBest) progress.restoreBest();
      if (checkpoints) trainedWith.set(checkpoints, model);
      return progress.result;
    });
  } finally {
    progress.dispose();
    optimizer.dispose();
  }
}

/** Trains until the training is over, and keeps its state after each epoch. */
async function trainEpochs(
  options: TrainOptions,
  progress: TrainingProgress,
  callbacks: readonly TrainingCallback[],
): Promise<void> {
  const { checkpoints, checkpointEvery = 1 } = options;
  if (!progress.isShown) await show(progress, callbacks);
  while (!progress.isOver) {
    const record = await trainEpoch(options, progress.history.length + 1);
    progress.add(record);
    let failure: { readonly reason: unknown } | undefined;
    await show(progress, callbacks).catch((reason: unknown) => {
      failure = { reason };
    });
    if (checkpoints && (failure || progress.isOver || record.epoch % checkpointEvery === 0)) {
      const kept = checkpoints.keep(record.epoch, (folder) => progress.write(folder));
      await (failure ? kept.catch(() => {}) : kept); // the callback's reason counts before that of the disk
    }
    if (failure) throw failure.reason;
  }
}

/** Shows the last epoch to the callbacks. */
async function show(progress: TrainingProgress, callbacks: readonly TrainingCallback[]): Promise<void> {
  progress.noteShown(await afterEpoch(callbacks, progress.last as EpochRecord));
}

/** An epoch: a pass over the training images, and the validation. */
async function trainEpoch(options: TrainOptions, epoch: number): Promise<EpochRecord> {
  const { model, data, normalisation, signal } = options;
  const start = performance.now();
  const training = await passOverImages(options, epoch);
  const validation = await evaluate({ model, data: data.validation, normalisation, ...(signal && { signal }) });
  return {
    epoch,
    ...training,
    validationLoss: validation.loss,
    validationAccuracy: validation.accuracy,
    seconds: (performance.now() - start) / 1000,
  };
}

/** One pass over the training images in a random order. */
async function passOverImages(
  { model, optimizer, data, normalisation, augmentation, batchSize, seed, signal }: TrainOptions,
  epoch: number,
): Promise<{ trainLoss: number; trainAccuracy: number }> {
  const { set, indices } = data.train;
  const order = new Rng(`${seed}/order/${epoch}`).permutation(indices.length).map((at) => indices[at] as number);
  const augment = augmentation && { augmentation, rng: new Rng(`${seed}/augmentation/${epoch}`) };
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const trained = new Set(variables);
  let sums = tf.zeros([2]);
  let seen = 0;
  try {
    for (let start = 0; order.length - start > 1 || start === 0; start += batchSize) {
      signal?.throwIfAborted();
      const batch = order.subarray(start, start + batchSize);
      const labels = Int32Array.from(batch, (index) => set.labels[index] as number);
      seen += batch.length;
      const before = sums;
      sums = inTrainingStep({ seed, epoch, step: start / batchSize + 1, trained }, () =>
        tf.tidy(() =>
          step(model, optimizer, variables, imageBatch(set, batch, normalisation, augment), labels, before),
        ),
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
