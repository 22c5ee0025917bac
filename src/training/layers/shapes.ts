import type * as tf from '@tensorflow/tfjs-core';

/** The shape that tf.layers hands to `build` and `computeOutputShape`: one, or a list with one. */
export type LayerShape = (number | null)[] | (number | null)[][];

/** The single shape of a layer with one input. */
export function singleShape(shape: LayerShape): (number | null)[] {
  return Array.isArray(shape[0]) ? shape[0] : (shape as (number | null)[]);
}

/** The size of the last axis, which must be known. */
export function channelsOf(shape: LayerShape): number {
  const channels = singleShape(shape).at(-1);
  if (typeof channels !== 'number') throw new Error('the size of the last axis is unknown');
  return channels;
}

/** The single tensor of a layer with one input. */
export function singleTensor(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
  return Array.isArray(inputs) ? (inputs[0] as tf.Tensor) : inputs;
}
