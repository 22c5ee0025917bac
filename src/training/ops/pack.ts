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
 * Whether the current backend would rather work on one long vector than on many tensors. One that has kernels for
 * {@link Pack} and {@link Unpack} says so by having them: there a call takes longer than copying a tensor of weights.
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

/** Takes apart a vector that {@link pack} packed, or another like it. */
export function unpack(packed: tf.Tensor, shapes: UnpackAttributes['shapes']): tf.Tensor[] {
  return shapes.length === 1 ? [packed] : runKernel(Unpack, { x: packed }, { shapes });
}
