import type * as tfl from '@tensorflow/tfjs-layers';
import type { ImageSelection } from '../images/image-set.ts';
import { type RandomChanges, randomChanges } from '../images/random-changes.ts';
import { afterEpoch, type TrainingCallback, withCallbacks } from './callbacks.ts';
import { earlyStopping } from './early-stopping.ts';
import { defaultMetric } from './epoch-metric.ts';
import type { EpochRecord } from './epoch-record.ts';
import { evaluateChanged } from './evaluate.ts';
import { checkFit } from './fit.ts';
import { LearningRates } from './learning-rates.ts';
import { modelWeights } from './model-weights.ts';
import { checkTrainOptions, refuseTraining } from './train-checks.ts';
import { metricsOf, stepsPerEpoch, type TrainOptions } from './train-options.ts';
import type { TrainingCheckpoints } from './training-checkpoints.ts';
import { passOverImages, type SteppedParts } from './training-pass.ts';
import { TrainingProgress, type TrainResult } from './training-progress.ts';
import { WeightAverage } from './weight-average.ts';

/** The model that was trained last with some checkpoints, to its end. */
const trainedWith = new WeakMap<TrainingCheckpoints, tfl.LayersModel>();

/**
 * Trains a classifier by mini-batches, validating after each epoch. One gradient tape a step, nothing waited for within
 * an epoch, and the event loop gets its turn after each step, so that messages and `signal` are heeded.
 *
 * With `checkpoints` that have a last one the training goes on from there: weights and their average, optimizer (with
 * the learning rate that it had), best epoch and its weights, and history are those after that epoch, and on WebAssembly
 * and plain JavaScript all that follows is, bit by bit, what it would have been without an interruption. The options are
 * those of this call, so that `epochs` may be more than before. A training that has had all its epochs, that its
 * `patience` or another callback's `isOver` ends, or that a callback has stopped (for no fewer `epochs`) returns its
 * result at once. Not in a checkpoint is what a layer or a callback keeps to itself: masks of tf.layers' own dropout and
 * noise without a seed differ (with one they are the same at every step), states of stateful recurrent layers begin
 * afresh, and a callback catches up in `onBegin`.
 *
 * @throws HpoError HPO_INVALID_ARGUMENT in a line for a wrong option, and for checkpoints with which another model was
 *   trained; HPO_DATA for a checkpoint that is damaged, of another model or kind of optimizer, or with the best weights
 *   by another metric; HPO_BACKEND where a backend did not take the numbers of one.
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  checkTrainOptions(options);
  for (const { set } of Object.values(options.data)) checkFit(options.model, set, refuseTraining);
  const { model, optimizer, epochs, checkpoints, onEpoch, patience, restoreBest = false } = options;
  if (checkpoints && (trainedWith.get(checkpoints) ?? model) !== model) {
    refuseTraining('`checkpoints` hold the training of another model; give those of a trial to one model alone.');
  }
  const metric = typeof restoreBest === 'string' ? restoreBest : restoreBest ? defaultMetric : undefined;
  const callbacks: readonly TrainingCallback[] = [
    ...(options.callbacks ?? []),
    ...(onEpoch ? [{ onEpoch }] : []),
    ...(patience === undefined ? [] : [earlyStopping({ patience, metric: metric ?? defaultMetric })]),
  ];
  const keepsBest = metric !== undefined || checkpoints !== undefined;
  const isOver = (history: readonly EpochRecord[]) => callbacks.some((callback) => callback.isOver?.(history));
  const rates = new LearningRates(options);
  const average = options.weightAverage && new WeightAverage(modelWeights(model), options.weightAverage);
  const progress = new TrainingProgress({ model, optimizer, average, epochs, isOver, metric, keepsBest });
  try {
    if (checkpoints?.last) await progress.resume(checkpoints.last);
    const history = [...progress.history];
    const start = { resumedAt: history.length, history, epochs, stepsPerEpoch: stepsPerEpoch(options) };
    return await withCallbacks(callbacks, { ...start, metrics: metricsOf(options) }, async () => {
      await trainEpochs({ ...options, callbacks }, progress, { rates, average });
      progress.giveWeights(metric !== undefined);
      if (checkpoints) trainedWith.set(checkpoints, model);
      return progress.result;
    });
  } finally {
    progress.dispose();
    average?.dispose();
    rates.end();
    optimizer.dispose();
  }
}

/** Trains until the training is over, and keeps its state after each epoch. */
async function trainEpochs(options: TrainOptions, progress: TrainingProgress, parts: SteppedParts): Promise<void> {
  const { checkpoints, checkpointEvery = 1, callbacks = [] } = options;
  if (!progress.isShown) await show(progress, callbacks);
  while (!progress.isOver) {
    parts.rates.begin(progress.history);
    const record = await trainEpoch(options, parts, progress.history.length + 1);
    progress.add(record);
    let failure: { readonly reason: unknown } | undefined;
    await show(progress, callbacks).catch((reason: unknown) => {
      failure = { reason };
    });
    if (checkpoints && (failure || progress.isOver || record.epoch % checkpointEvery === 0)) {
      const kept = checkpoints.keep(record.epoch, (folder) => progress.write(folder), { overwrites: true });
      await (failure ? kept.catch(() => {}) : kept); // the callback's reason counts before that of the disk
    }
    if (failure) throw failure.reason;
  }
}

/** Shows the last epoch to the callbacks. */
async function show(progress: TrainingProgress, callbacks: readonly TrainingCallback[]): Promise<void> {
  progress.noteShown(await afterEpoch(callbacks, progress.last as EpochRecord));
}

/** An epoch: a pass over the training images, and their evaluation. */
async function trainEpoch(options: TrainOptions, parts: SteppedParts, epoch: number): Promise<EpochRecord> {
  const { perClass = false } = options;
  const start = performance.now();
  const training = await passOverImages(options, parts, epoch);
  const judge = () => judgeEpoch(options, epoch);
  const { validation, trainEvaluation } = await (parts.average ? parts.average.inPlace(judge) : judge());
  return {
    epoch,
    ...training,
    validationLoss: validation.loss,
    validationAccuracy: validation.accuracy,
    seconds: (performance.now() - start) / 1000,
    ...parts.rates.record,
    ...(trainEvaluation && {
      trainEvaluationLoss: trainEvaluation.loss,
      trainEvaluationAccuracy: trainEvaluation.accuracy,
    }),
    ...(perClass && { validationPerClass: validation.perClass }),
  };
}

/** Evaluates the validation images and, where asked for, those of the training. */
async function judgeEpoch(options: TrainOptions, epoch: number) {
  const { model, data, normalisation, signal, seed, trainEvaluation = false, validationAugmentation } = options;
  const changes = validationAugmentation && randomChanges(validationAugmentation, { seed, epoch });
  const evaluated = (images: ImageSelection, changes?: RandomChanges) =>
    evaluateChanged({ model, data: images, normalisation, ...(signal && { signal }) }, changes);
  return {
    validation: await evaluated(data.validation, changes),
    ...(trainEvaluation && { trainEvaluation: await evaluated(data.train) }),
  };
}
