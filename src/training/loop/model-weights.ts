import type * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { TensorValues } from '../saving/tensor-file.ts';

/** A weight of a model. */
export interface ModelWeight {
  /** Its name in its layer, as `kernel`; the same whenever the model is built. */
  readonly kind: string;
  /** Its name in this model, as `dense_Dense1/kernel`. */
  readonly name: string;
  readonly variable: tf.Variable;
}

/**
 * All weights of a model, running statistics included, layer by layer in the model's order, those of inner models
 * likewise. The order is the same whenever the model is built, whichever layers are frozen.
 */
export function modelWeights(model: tfl.LayersModel): ModelWeight[] {
  const variables = [...new Set(leavesOf(model).flatMap((layer) => layer.weights))];
  return variables.map((weight) => ({
    kind: weight.originalName.split('/').at(-1) as string,
    name: weight.originalName,
    variable: weight.read() as tf.Variable,
  }));
}

/** The numbers of tensors, read out of their backend. */
export function numbersOf(tensors: readonly tf.Tensor[]): Promise<TensorValues[]> {
  return Promise.all(tensors.map((tensor) => tensor.data()));
}

/** The layers of a model and of the models among them, in order. */
function leavesOf(layer: tfl.layers.Layer): tfl.layers.Layer[] {
  const inner = (layer as tfl.LayersModel).layers as tfl.layers.Layer[] | undefined;
  return inner ? inner.flatMap(leavesOf) : [layer];
}
