import * as tf from '@tensorflow/tfjs-core';
import { runKernel } from './run-kernel.ts';

/** Kernel: { logits [N, K], labels int32 [N] } → [mean loss (scalar), its gradient by the logits [N, K]]. */
export const SoftmaxCrossEntropy = 'HpoSoftmaxCrossEntropy';

export interface SoftmaxCrossEntropyAttributes {
  /** The share of each target that is spread evenly over all classes; 0 for none. */
  readonly smoothing: number;
}

/**
 * Mean over the batch of −log softmax(logits)[label], from integer labels; with label smoothing ε (Szegedy et al. 2016)
 * of −Σ target · log softmax(logits), where the target is 1 − ε + ε/K at the label and ε/K elsewhere, as PyTorch's
 * `CrossEntropyLoss(label_smoothing=ε)` has it.
 *
 * @param logits float32 [N, K], N ≥ 1, not normalised.
 * @param labels int32 [N], each from 0 to K − 1 (not checked).
 * @param smoothing ε, from 0 to 1; default 0.
 * @returns a scalar; NaN when a logit is NaN.
 */
export function softmaxCrossEntropy(logits: tf.Tensor, labels: tf.Tensor, smoothing = 0): tf.Scalar {
  const attributes: SoftmaxCrossEntropyAttributes = { smoothing };
  return runKernel(SoftmaxCrossEntropy, { logits, labels }, attributes)[0] as tf.Scalar;
}

/** The gradient, which the forward kernel has computed already: (softmax − target) / N. */
export const softmaxCrossEntropyGradient: tf.GradConfig = {
  kernelName: SoftmaxCrossEntropy,
  outputsToSave: [false, true],
  gradFunc: (dys, saved) => {
    const [dLoss] = dys as tf.Tensor[];
    return { logits: () => tf.mul(saved[0] as tf.Tensor, dLoss as tf.Tensor) };
  },
};
