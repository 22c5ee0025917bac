import * as tf from '@tensorflow/tfjs-core';
import { runKernel } from './run-kernel.ts';

/** Kernel: a list of tensors → [one vector of all their elements]. */
export const Pack = 'HpoPack';
/** Kernel: { x [size] } → tensors of the shapes, in order. */
export const Unpack = 'HpoUnpack';

export interface UnpackAttributes {
  readonly shapes: readonly (readonly number[])[];
}

/**
 * Whether one long vector is faster than many tensors on the current backend. A backend shows this by having kernels
 * for {@link Pack} and {@link Unpack}: a call takes longer there than copying a tensor of weights.
 */
export function prefersPacking(): boolean {
  return tf.getKernel(Pack, tf.getBackend()) !== undefined;
}

/** All elements of float32 tensors in one vector; a single tensor stays as it is. */
export function pack(tensors: readonly tf.Tensor[]): tf.Tensor {
  const [first] = tensors;
  if (tensors.length === 1) return first as tf.Tensor;
  return runKernel(Pack, tensors as unknown as Record<string, tf.Tensor>, {})[0] as tf.Tensor; // as tf.concat does
}

/** Takes a vector that {@link pack} packed, or another one of the same size, apart. */
export function unpack(packed: tf.Tensor, shapes: UnpackAttributes['shapes']): tf.Tensor[] {
  return shapes.length === 1 ? [packed] : runKernel(Unpack, { x: packed }, { shapes });
}
