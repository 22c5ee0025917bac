import * as tf from '@tensorflow/tfjs-core';

/** The activation that an op may apply to its result before returning it. */
export type Activation = 'linear' | 'relu';

/**
 * Runs a kernel of the current backend as a step of the gradient tape.
 *
 * @param inputs tensors by name; leave out an absent optional input rather than passing `undefined`, which the tape of
 *   tfjs 4.22 cannot hold.
 * @returns the outputs in the kernel's order.
 */
export function runKernel(name: string, inputs: Record<string, tf.Tensor>, attrs: object): tf.Tensor[] {
  const outputs = tf.engine().runKernel(name, inputs as tf.NamedTensorMap, attrs as tf.NamedAttrMap) as unknown;
  return Array.isArray(outputs) ? outputs : [outputs as tf.Tensor];
}
