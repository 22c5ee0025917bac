import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { softmaxCrossEntropy } from '../ops/softmax-cross-entropy.ts';
import { tally } from '../ops/tally.ts';
import { clipped } from './gradient-clipping.ts';
import { type Mixture, mixed } from './mixup.ts';
import type { UpdateOptions } from './train-options.ts';

/** A batch of training images, or of their features. */
export interface Batch {
  /** The model's inputs, an image or a row each. */
  readonly inputs: tf.Tensor;
  /** The class of each input. */
  readonly labels: Int32Array;
  /** The mixing of the inputs; none by default. */
  readonly mixture?: Mixture | undefined;
}

/**
 * Takes one step of an optimizer on a batch, within a `tf.tidy`.
 *
 * @param variables the weights that are trained.
 * @param sums [2] of the losses and hits before the batch.
 * @returns the sums with the batch counted in.
 */
export function update(
  model: tfl.LayersModel,
  variables: tf.Variable[],
  batch: Batch,
  { optimizer, labelSmoothing, gradientClipping }: UpdateOptions,
  sums: tf.Tensor,
): tf.Tensor {
  const { mixture } = batch;
  const inputs = mixture ? mixed(batch.inputs, mixture) : batch.inputs;
  const targets = targetsOf(batch);
  let logits: tf.Tensor | undefined;
  const { value, grads } = tf.variableGrads(() => {
    logits = tf.keep(model.apply(inputs, { training: true }) as tf.Tensor);
    return lossOf(logits, targets, labelSmoothing);
  }, variables);
  optimizer.apply(variables, gradientClipping ? clipped(grads, gradientClipping) : grads);
  const counted = counts(sums, value, logits as unknown as tf.Tensor, targets);
  logits?.dispose();
  return counted;
}

/** Labels [N] and the share of them in a batch's targets. */
interface Target {
  readonly labels: tf.Tensor1D;
  readonly share: number;
}

/** One target, or those of the images and of their partners. */
type Targets = readonly [Target, Target?];

function targetsOf({ labels, mixture }: Batch): Targets {
  const own = tf.tensor1d(labels, 'int32');
  if (!mixture) return [{ labels: own, share: 1 }];
  const { share, partners } = mixture;
  const others = tf.tensor1d(
    partners.map((at) => labels[at] as number),
    'int32',
  );
  return [
    { labels: own, share },
    { labels: others, share: 1 - share },
  ];
}

function lossOf(logits: tf.Tensor, [own, other]: Targets, smoothing: number | undefined): tf.Scalar {
  const loss = softmaxCrossEntropy(logits, own.labels, smoothing);
  if (!other) return loss;
  return tf.add(tf.mul(loss, own.share), tf.mul(softmaxCrossEntropy(logits, other.labels, smoothing), other.share));
}

/** The sums with a batch counted in; a mixed image is a hit of each of its labels by that label's share. */
function counts(sums: tf.Tensor, loss: tf.Tensor, logits: tf.Tensor, [own, other]: Targets): tf.Tensor {
  if (!other) return tally(sums, loss, logits, own.labels);
  const none = tf.zeros([2]);
  const [counted, partly] = [own, other].map(({ labels, share }) => tf.mul(tally(none, loss, logits, labels), share));
  return tf.add(sums, tf.add(counted as tf.Tensor, partly as tf.Tensor));
}
