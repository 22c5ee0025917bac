import type * as tf from '@tensorflow/tfjs-core';

/** Kernels of one backend by name. */
export type KernelTable = Readonly<Record<string, tf.KernelFunc>>;

/**
 * Gives a kernel written with typed inputs, attributes and backend the loose type under which tfjs registers it. The
 * types are those that the op passes; tfjs checks nothing at run time.
 */
export function kernel<Inputs, Attributes, Backend = unknown>(
  compute: (args: { inputs: Inputs; attrs: Attributes; backend: Backend }) => tf.TensorInfo | tf.TensorInfo[],
): tf.KernelFunc {
  return compute as unknown as tf.KernelFunc;
}
