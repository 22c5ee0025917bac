import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { imageBatch, type Normalisation } from '../images/image-batch.ts';
import type { ImageSelection } from '../images/image-set.ts';
import { classificationMetrics, type Metrics } from './metrics.ts';

/** Images in a batch of an evaluation: with more, the activations fall out of a CPU's caches, and it takes longer. */
const evaluationBatchSize = 100;

export interface EvaluateOptions {
  /** Gives logits [N, classes]. */
  readonly model: tfl.LayersModel;
  /** At least one image. */
  readonly data: ImageSelection;
  readonly normalisation: Normalisation;
  /** Stops between two batches, with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Figures of a model in inference, its images neither shuffled nor changed. The losses are summed in float64, so that
 * they do not depend on the size of the batches.
 */
export async function evaluate({ model, data, normalisation, signal }: EvaluateOptions): Promise<Metrics> {
  const { set, indices } = data;
  const count = set.classes.length;
  const confusion = Array.from({ length: count }, () => new Array<number>(count).fill(0));
  const logits = await logitsOf({ model, data, normalisation, ...(signal && { signal }) });
  let loss = 0;
  for (const [position, index] of indices.entries()) {
    const scores = Array.from(logits.subarray(position * count, (position + 1) * count));
    const label = set.labels[index] as number;
    loss += crossEntropy(scores, label);
    const row = confusion[label] as number[];
    const predicted = scores.indexOf(Math.max(...scores));
    row[Math.max(predicted, 0)] = (row[Math.max(predicted, 0)] as number) + 1;
  }
  return classificationMetrics(confusion, set.classes, loss / indices.length);
}

/** The logits of all images, read back at once, so that a GPU does not wait for each batch to be asked for. */
async function logitsOf({ model, data, normalisation, signal }: EvaluateOptions): Promise<Float32Array> {
  const { set, indices } = data;
  const parts: tf.Tensor[] = [];
  let all: tf.Tensor | undefined;
  try {
    for (let start = 0; start < indices.length; start += evaluationBatchSize) {
      signal?.throwIfAborted();
      const batch = indices.subarray(start, start + evaluationBatchSize);
      parts.push(tf.tidy(() => model.apply(imageBatch(set, batch, normalisation)) as tf.Tensor));
      await setImmediate();
    }
    all = tf.concat(parts);
    return (await all.data()) as Float32Array;
  } finally {
    tf.dispose(parts);
    all?.dispose();
  }
}

/** −log softmax(scores)[label]; NaN where a score is NaN. */
function crossEntropy(scores: readonly number[], label: number): number {
  const max = Math.max(...scores);
  return max + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - max), 0)) - (scores[label] as number);
}
