import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { checkOption, refusal, wholeNumberFrom } from '../../base/option-checks.ts';
import type { Augmentation } from '../images/augmentation.ts';
import { imageBatch, type Normalisation } from '../images/image-batch.ts';
import type { ImageSelection } from '../images/image-set.ts';
import { type RandomChanges, randomChanges } from '../images/random-changes.ts';
import { type Calibration, calibrationOf, type Judged } from './calibration.ts';
import { classificationMetrics, type Metrics } from './metrics.ts';
import { scoreFigures } from './scores.ts';

/** Images in a batch of an evaluation: with more, the activations fall out of a CPU's caches, and it takes longer. */
const evaluationBatchSize = 100;

export interface EvaluateOptions {
  /** Gives logits [N, classes]. */
  readonly model: tfl.LayersModel;
  /** At least one image. */
  readonly data: ImageSelection;
  readonly normalisation: Normalisation;
  /** Random changes of the images, as for a mean over changed images; none by default. */
  readonly augmentation?: Augmentation;
  /** Fixes the random changes. Default 0. */
  readonly seed?: number;
  /** Also the share of images whose class is among the first so many of their scores; by default not. */
  readonly topK?: number;
  /** Stops between two batches, with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The figures of an evaluation. */
export type Evaluation = Metrics &
  Calibration & {
    /** Share of the images whose class is among the first k of their scores; there with `topK`. */
    readonly topKAccuracy?: number;
  };

/**
 * Figures of a model in inference, its images not shuffled, and changed by `augmentation` alone. The losses are summed
 * in float64, so that they do not depend on the size of the batches. An image with a score that is NaN counts as predicted to be of class 0;
 * the loss and the calibration error are NaN then.
 *
 * @throws HPO_INVALID_ARGUMENT for a `topK` that is no whole number from 1 on, and for a wrong augmentation.
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const { augmentation, seed = 0 } = options;
  return evaluateChanged(options, augmentation && randomChanges(augmentation, { seed, epoch: 0 }));
}

/** {@link evaluate} with drawn changes of the images, in place of an augmentation. */
export async function evaluateChanged(options: EvaluateOptions, changes?: RandomChanges): Promise<Evaluation> {
  const { data, topK } = options;
  const { set, indices } = data;
  if (topK !== undefined) checkOption('topK', topK, wholeNumberFrom(1), refusal('HPO_INVALID_ARGUMENT', 'evaluate()'));
  const count = set.classes.length;
  const confusion = Array.from({ length: count }, () => new Array<number>(count).fill(0));
  const logits = await logitsOf(options, changes);
  const judged: Judged[] = [];
  let loss = 0;
  let isAmongFirst = 0;
  for (const [position, index] of indices.entries()) {
    const label = set.labels[index] as number;
    const image = scoreFigures(logits.subarray(position * count, (position + 1) * count), label);
    loss += image.loss;
    if (topK !== undefined && image.rank < topK) isAmongFirst++;
    judged.push({ confidence: image.confidence, isHit: image.predicted === label });
    const row = confusion[label] as number[];
    row[image.predicted] = (row[image.predicted] as number) + 1;
  }
  return {
    ...classificationMetrics(confusion, set.classes, loss / indices.length),
    ...(topK !== undefined && { topKAccuracy: isAmongFirst / indices.length }),
    ...calibrationOf(judged),
  };
}

/** The logits of all images, read back at once, so that a GPU does not wait for each batch to be asked for. */
async function logitsOf(
  { model, data, normalisation, signal }: EvaluateOptions,
  changes: RandomChanges | undefined,
): Promise<Float32Array> {
  const { set, indices } = data;
  const parts: tf.Tensor[] = [];
  let all: tf.Tensor | undefined;
  try {
    for (let start = 0; start < indices.length; start += evaluationBatchSize) {
      signal?.throwIfAborted();
      const batch = indices.subarray(start, start + evaluationBatchSize);
      parts.push(tf.tidy(() => model.apply(imageBatch(set, batch, normalisation, changes)) as tf.Tensor));
      await setImmediate();
    }
    all = tf.concat(parts);
    return (await all.data()) as Float32Array;
  } finally {
    tf.dispose(parts);
    all?.dispose();
  }
}
