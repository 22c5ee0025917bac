import type * as tfl from '@tensorflow/tfjs-layers';
import type { Augmentation } from '../images/augmentation.ts';
import type { ImageSelection } from '../images/image-set.ts';
import type { Normalisation } from '../images/normalisation.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { TrainingCallback } from './callbacks.ts';
import { type EpochMetric, epochMetrics } from './epoch-metric.ts';
import type { GradientClipping } from './gradient-clipping.ts';
import type { Schedule } from './schedules/schedule.ts';
import type { TrainingCheckpoints } from './training-checkpoints.ts';
import type { WeightAverageOptions } from './weight-average.ts';

/** The options of {@link train}. */
export interface TrainOptions extends UpdateOptions, JudgingOptions, StoppingOptions, FollowingOptions {
  /** Gives logits [N, classes]; changed in place. */
  readonly model: tfl.LayersModel;
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
   * same device, by its description, gives the same losses, bit by bit.
   */
  readonly seed: number;
  /** Stops between two steps, with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The change of the weights in a step. */
export interface UpdateOptions {
  /** Its state is freed at the end. */
  readonly optimizer: Optimizer;
  /**
   * The factor of each step's learning rate, as `oneCycle()`; by default the optimizer's rate stays as it is. What a
   * callback sets as the optimizer's rate is overwritten. At the end the optimizer has its own rate again.
   */
  readonly schedule?: Schedule;
  /**
   * The share of each training image's target that is spread over all classes (PyTorch's
   * `CrossEntropyLoss(label_smoothing)`), as 0.1; from 0 on, less than 1. `trainLoss` is the smoothed one, and validation
   * knows none. Default 0.
   */
  readonly labelSmoothing?: number;
  /**
   * Mixes the training images of a batch in pairs, and their targets likewise (Zhang et al. 2018): the α of
   * Beta(α, α) from which each batch's share is drawn by the seed, as 0.2. 0 and by default: none. A mixed image counts
   * in `trainAccuracy` as a hit of each of its two labels by that label's share.
   */
  readonly mixup?: number;
  /** Keeps gradients small, as `{ norm: 1 }` or `{ value: 0.5 }`, before the optimizer's own penalty; by default not. */
  readonly gradientClipping?: GradientClipping;
  /**
   * Averages the weights step by step, as `{ decay: 0.999 }`. Evaluations, `restoreBest` and the weights at the end are
   * of the average; the training and its callbacks' `onEpoch` have the weights themselves. By default none.
   */
  readonly weightAverage?: WeightAverageOptions;
}

/** The judgement of an epoch. */
export interface JudgingOptions {
  /**
   * Random changes of the validation images, drawn anew in each epoch; none by default, and rarely wanted: some published
   * validation figures are of changed images by accident.
   */
  readonly validationAugmentation?: Augmentation;
  /**
   * Evaluate the training images after each epoch, too, in inference and as they are: `trainEvaluationLoss` and
   * `trainEvaluationAccuracy` of its record. Costs a third of the epoch or so. Default false.
   */
  readonly trainEvaluation?: boolean;
  /** Keep how well each class was recognised among the validation images in each epoch's record. Default false. */
  readonly perClass?: boolean;
}

/** When a training ends, and with which weights. */
export interface StoppingOptions {
  /**
   * Short for `earlyStopping({ patience, metric })` as a last callback, with the metric of `restoreBest`: stop after this
   * many epochs in a row without a better one; by default never.
   */
  readonly patience?: number;
  /**
   * End with the weights of the best epoch instead of the last one's: true for that of lowest validation loss, or the
   * metric to go by. Default false. `TrainResult.best` is the best by the same metric.
   */
  readonly restoreBest?: boolean | EpochMetric;
}

/** The callbacks that see a training, and the place where it is kept. */
export interface FollowingOptions {
  /**
   * Where the training goes on from, and where it keeps its state after each epoch, once the callbacks have had it, also
   * where one of them throws: `trial.checkpoints` in a trial. None by default. They hold one training, so a trial that
   * trains several models gives them to one at most; report with the epoch as the step.
   */
  readonly checkpoints?: TrainingCheckpoints;
  /** Keep the state after every so many epochs, the last one, and one at which a callback throws. Default 1. */
  readonly checkpointEvery?: number;
  /** Followers of the training; each of their methods is called in this order. */
  readonly callbacks?: readonly TrainingCallback[];
  /** Short for a last callback that has nothing but this. */
  readonly onEpoch?: NonNullable<TrainingCallback['onEpoch']>;
  /** Callbacks see every so many steps of an epoch in `onStep`, and its last one. Default 50. */
  readonly logEvery?: number;
}

/** The metrics that the epochs of a training have. */
export function metricsOf({ trainEvaluation = false }: JudgingOptions): readonly EpochMetric[] {
  return epochMetrics.filter((metric) => trainEvaluation || !metric.startsWith('trainEvaluation'));
}

/** The number of steps of an epoch: a last batch of one image is none, unless it is the only one. */
export function stepsPerEpoch({ data, batchSize }: Pick<TrainOptions, 'data' | 'batchSize'>): number {
  return Math.max(1, Math.ceil((data.train.indices.length - 1) / batchSize));
}
