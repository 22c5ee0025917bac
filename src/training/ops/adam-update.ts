import type * as tf from '@tensorflow/tfjs-core';
import { runKernel } from './run-kernel.ts';

/** Kernel: { weights, gradient, m, v } → [new weights, new m, new v], all of one shape. */
export const AdamUpdate = 'HpoAdamUpdate';

export interface AdamUpdateAttributes {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** L2 penalty: `weightDecay · weights` is added to the gradient. */
  readonly weightDecay: number;
  /** Number of this update, from 1. */
  readonly step: number;
}

/**
 * One step of Adam (Kingma & Ba 2015) as PyTorch's `torch.optim.Adam` takes it: with g = gradient + weightDecay·w,
 * m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², w ← w − lr/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + ε).
 *
 * Pure: the inputs keep their values (in-place writes would also leave XNNPACK computing with the old weights, which it
 * packs once for each tensor).
 */
export function adamUpdate(
  inputs: { weights: tf.Tensor; gradient: tf.Tensor; m: tf.Tensor; v: tf.Tensor },
  attributes: AdamUpdateAttributes,
): { weights: tf.Tensor; m: tf.Tensor; v: tf.Tensor } {
  const [weights, m, v] = runKernel(AdamUpdate, inputs, attributes) as [tf.Tensor, tf.Tensor, tf.Tensor];
  return { weights, m, v };
}
