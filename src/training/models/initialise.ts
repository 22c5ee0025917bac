import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Rng } from '../../base/rng.ts';

/**
 * Fills every kernel of a model (each trained weight of rank 2 or more) with normal draws of standard deviation √(2 /
 * fan-in), as PyTorch's `kaiming_normal_` does (He et al. 2015); biases and normalisations keep their initial values.
 *
 * @param rng draws once for each number, in the order of the model's weights.
 */
export function heInitialise(model: tfl.LayersModel, rng: Rng): void {
  for (const weight of model.trainableWeights) {
    const shape = weight.shape as number[];
    if (shape.length < 2) continue;
    const deviation = Math.sqrt(2 / tf.util.sizeFromShape(shape.slice(0, -1)));
    const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => deviation * rng.normal());
    const start = tf.tensor(values, shape);
    weight.write(start);
    start.dispose();
  }
}
