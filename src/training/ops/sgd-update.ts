import type * as tf from '@tensorflow/tfjs-core';
import { runKernel } from './run-kernel.ts';

/** Kernel: { weights, gradient, velocity } → [new weights, new velocity], all of one shape. */
export const SgdUpdate = 'HpoSgdUpdate';

export interface SgdUpdateAttributes {
  readonly learningRate: number;
  /** Share of the velocity that is kept. */
  readonly momentum: number;
  /** Share of the gradient that the velocity takes. */
  readonly taken: number;
  /** L2 penalty: `weightDecay · weights` is added to the gradient. */
  readonly weightDecay: number;
  readonly nesterov: boolean;
}

/**
 * One step of gradient descent with momentum as PyTorch's `torch.optim.SGD` takes it: with g = gradient +
 * weightDecay·w, velocity ← momentum·velocity + taken·g, w ← w − lr·velocity, or w − lr·(g + momentum·velocity) in
 * Nesterov's form. Pure: the inputs keep their values.
 */
export function sgdUpdate(
  inputs: { weights: tf.Tensor; gradient: tf.Tensor; velocity: tf.Tensor },
  attributes: SgdUpdateAttributes,
): { weights: tf.Tensor; velocity: tf.Tensor } {
  const [weights, velocity] = runKernel(SgdUpdate, inputs, attributes) as [tf.Tensor, tf.Tensor];
  return { weights, velocity };
}
