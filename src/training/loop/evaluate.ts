import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { checkOption, refusal, wholeNumberFrom } from '../../base/option-checks.ts';
import type { Augmentation } from '../images/augmentation.ts';
import { imageBatch } from '../images/image-batch.ts';
import { type ImageSelection, type ImageSet, imageSize } from '../images/image-set.ts';
import type { Normalisation } from '../images/normalisation.ts';
import { type RandomChanges, randomChanges } from '../images/random-changes.ts';
import { type Calibration, calibrationOf, type Judged } from './calibration.ts';
import { checkFit } from './fit.ts';
import { type ClassCounts, countedMetrics, type Metrics } from './metrics.ts';
import { scoreFigures } from './scores.ts';

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
  /** Images computed at once. Default 100, fewer of images that have more than 20,971 numbers: 13 of 224 × 224 × 3. */
  readonly batchSize?: number;
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
 * in float64, so that they do not depend on the size of the batches. An image with a score that is NaN counts as
 * predicted to be of class 0; the loss and the calibration error are NaN then.
 *
 * @throws HPO_INVALID_ARGUMENT in a line for a wrong option, and for images that are not those of the model.
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const { augmentation, seed = 0 } = options;
  return evaluateChanged(options, augmentation && randomChanges(augmentation, { seed, epoch: 0 }));
}

/** {@link evaluate} with drawn changes of the images, in place of an augmentation. */
export async function evaluateChanged(options: EvaluateOptions, changes?: RandomChanges): Promise<Evaluation> {
  const { model, data, topK, batchSize } = options;
  const { set, indices } = data;
  const refuse = refusal('HPO_INVALID_ARGUMENT', 'evaluate()');
  if (topK !== undefined) checkOption('topK', topK, wholeNumberFrom(1), refuse);
  if (batchSize !== undefined) checkOption('batchSize', batchSize, wholeNumberFrom(1), refuse);
  checkFit(model, set, refuse);
  const classes = set.classes.length;
  const counts = set.classes.map((name) => ({ name, hits: 0, support: 0, called: 0 }));
  const confusion = Array.from({ length: classes > mostInMatrix ? 0 : classes }, () =>
    new Array<number>(classes).fill(0),
  );
  const judged: Judged[] = [];
  let loss = 0;
  let isAmongFirst = 0;
  for await (const { start, logits } of logitsOf(options, changes)) {
    for (let at = 0; at < logits.length / classes; at++) {
      const label = set.labels[indices[start + at] as number] as number;
      const image = scoreFigures(logits.subarray(at * classes, (at + 1) * classes), label);
      const isHit = image.predicted === label;
      loss += image.loss;
      if (topK !== undefined && image.rank < topK) isAmongFirst++;
      judged.push({ confidence: image.confidence, isHit });
      const [own, taken] = [counts[label], counts[image.predicted]] as [Counts, Counts];
      own.support++;
      taken.called++;
      if (isHit) own.hits++;
      const row = confusion[label];
      if (row) row[image.predicted] = (row[image.predicted] as number) + 1;
    }
  }
  return {
    ...countedMetrics(counts, loss / indices.length),
    confusion,
    ...(topK !== undefined && { topKAccuracy: isAmongFirst / indices.length }),
    ...calibrationOf(judged),
  };
}

type Counts = { -readonly [Name in keyof ClassCounts]: ClassCounts[Name] };

/** The most classes of which there is a confusion matrix: one of 65,535 would have billions of numbers. */
const mostInMatrix = 1_000;

/** As many numbers are read back at most at once. */
const mostLogits = 2 ** 22;

/**
 * The logits of all images, in order. Those of many batches are read back at once, so that a GPU does not wait for each
 * batch to be asked for.
 */
async function* logitsOf(
  { model, data: { set, indices }, normalisation, signal, batchSize = usualBatch(set.imageShape) }: EvaluateOptions,
  changes: RandomChanges | undefined,
): AsyncGenerator<{ readonly start: number; readonly logits: Float32Array }> {
  const imagesAtOnce = Math.max(1, Math.floor(mostLogits / set.classes.length / batchSize)) * batchSize;
  for (let start = 0; start < indices.length; start += imagesAtOnce) {
    const parts: tf.Tensor[] = [];
    const end = Math.min(start + imagesAtOnce, indices.length);
    let all: tf.Tensor | undefined;
    try {
      for (let at = start; at < end; at += batchSize) {
        signal?.throwIfAborted();
        const batch = indices.subarray(at, Math.min(at + batchSize, end));
        parts.push(tf.tidy(() => model.apply(imageBatch(set, batch, normalisation, changes)) as tf.Tensor));
        await setImmediate();
      }
      all = tf.concat(parts);
      yield { start, logits: (await all.data()) as Float32Array };
    } finally {
      tf.dispose(parts);
      all?.dispose();
    }
  }
}

/**
 * Images in a batch: with more, the activations fall out of a CPU's caches, and it takes longer. Large images are fewer,
 * so that the activations of a deep net find room.
 */
const usualBatch = (imageShape: ImageSet['imageShape']): number =>
  Math.max(1, Math.min(100, Math.floor(2 ** 21 / imageSize(imageShape))));
