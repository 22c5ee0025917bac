import type * as tf from '@tensorflow/tfjs-core';
import { runKernel } from './run-kernel.ts';

/** Kernel: { sums [2], loss (scalar), logits [N, K], labels int32 [N] } → [new sums [2]]. */
export const Tally = 'HpoTally';

/**
 * Adds a batch to the sums: its summed loss, which is N times its mean, and its hits, the rows whose first largest
 * logit is that of the label.
 *
 * @param sums float32 [2] of the batches before; they keep their values.
 */
export function tally(sums: tf.Tensor, loss: tf.Tensor, logits: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  return runKernel(Tally, { sums, loss, logits, labels }, {})[0] as tf.Tensor;
}
