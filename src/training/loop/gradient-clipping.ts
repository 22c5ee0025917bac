import * as tf from '@tensorflow/tfjs-core';

/** A way to keep gradients small: by their common norm, or each number alone. */
export type GradientClipping =
  | {
      /** All gradients are scaled down together where the norm of all their numbers is greater than this. */
      readonly norm: number;
    }
  | {
      /** Each number of a gradient is kept between minus this and this. */
      readonly value: number;
    };

/** Added to the norm by which gradients are divided, as in PyTorch. */
const epsilon = 1e-6;

/**
 * Gradients as PyTorch's `clip_grad_norm_` (Pascanu et al. 2013; the norm is the Euclidean one) or `clip_grad_value_`
 * leave them. NaN stays NaN; where the norm is not finite, all gradients become NaN or 0, as in PyTorch.
 *
 * @returns new tensors under the same names; the given ones keep their values.
 */
export function clipped(gradients: tf.NamedTensorMap, clipping: GradientClipping): tf.NamedTensorMap {
  const names = Object.keys(gradients);
  const map = (change: (gradient: tf.Tensor) => tf.Tensor): tf.NamedTensorMap =>
    Object.fromEntries(names.map((name) => [name, change(gradients[name] as tf.Tensor)]));
  if ('value' in clipping) return map((gradient) => tf.clipByValue(gradient, -clipping.value, clipping.value));
  if (names.length === 0) return {};
  const squares = names.map((name) => tf.sum(tf.square(gradients[name] as tf.Tensor)));
  const norm = tf.sqrt(tf.addN(squares));
  const scale = tf.minimum(tf.div(clipping.norm, tf.add(norm, epsilon)), 1);
  return map((gradient) => tf.mul(gradient, scale));
}
