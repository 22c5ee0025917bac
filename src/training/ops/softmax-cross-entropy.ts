import * as tf from '@tensorflow/tfjs-core';
import { runKernel } from './run-kernel.ts';

/** Kernel: { logits [N, K], labels int32 [N] } → [mean loss (scalar), its gradient by the logits [N, K]]. */
export const SoftmaxCrossEntropy = 'HpoSoftmaxCrossEntropy';

/**
 * Mean over the batch of −log softmax(logits)[label], from integer labels.
 *
 * @param logits float32 [N, K], N ≥ 1, not normalised.
 * @param labels int32 [N], each from 0 to K − 1 (not checked).
 * @returns a scalar; NaN when a logit is NaN.
 */
export function softmaxCrossEntropy(logits: tf.Tensor, labels: tf.Tensor): tf.Scalar {
  return runKernel(SoftmaxCrossEntropy, { logits, labels }, {})[0] as tf.Scalar;
}

/** The gradient, which the forward kernel has computed already: (softmax − one-hot) / N. */
export const softmaxCrossEntropyGradient: tf.GradConfig = {
  kernelName: SoftmaxCrossEntropy,
  outputsToSave: [false, true],
  gradFunc: (dys, saved) => {
    const [dLoss] = dys as tf.Tensor[];
    return { logits: () => tf.mul(saved[0] as tf.Tensor, dLoss as tf.Tensor) };
  },
};
