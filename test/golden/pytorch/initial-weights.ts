import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

/**
 * Fills a model's kernels with numbers that make_losses.py computes to the last bit as well: uniform in ±√(6 / fan-in),
 * each from a hash (MurmurHash3's finaliser) of its layer's number and its own index.
 */
export function setInitialWeights(model: tfl.LayersModel): void {
  const kernels = model.trainableWeights.filter(({ shape }) => shape.length > 1);
  for (const [layer, kernel] of kernels.entries()) {
    const shape = kernel.shape as number[];
    const limit = Math.sqrt(6 / tf.util.sizeFromShape(shape.slice(0, -1)));
    const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, index) => {
      let hash = index + Math.imul(0x9e3779b9, layer + 1);
      hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
      hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
      return (((hash ^ (hash >>> 16)) >>> 0) / 2 ** 31 - 1) * limit;
    });
    const start = tf.tensor(values, shape);
    kernel.write(start);
    start.dispose();
  }
}
