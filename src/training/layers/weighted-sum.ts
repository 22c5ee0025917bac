import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { HpoError } from '../../base/errors.ts';
import type { LayerShape } from './shapes.ts';

/**
 * The sum of several branches of a net, each weighed by a number of its own for each image: applied to
 * `[weights, branch 1, …, branch k]` it gives Σ weights[n, i] · branch i[n]. Weights are [N, k], and the branches
 * [N, H, W, C] of one shape.
 */
export class WeightedSumLayer extends tfl.layers.Layer {
  static readonly className = 'HpoWeightedSum';

  constructor(options: { readonly name?: string } = {}) {
    super({ ...options });
  }

  override computeOutputShape(inputShape: LayerShape): LayerShape {
    const [weights, ...branches] = inputShape as (number | null)[][];
    if (weights?.at(-1) !== branches.length || branches.some((branch) => `${branch}` !== `${branches[0]}`)) {
      const shapes = branches.map((branch) => `[${branch.slice(1).join(', ')}]`).join(' and ');
      throw new HpoError(
        'HPO_INVALID_ARGUMENT',
        `WeightedSumLayer: ${weights?.at(-1)} weights for branches of the shapes ${shapes}; give a weight for each of equal ones.`,
      );
    }
    return branches[0] as (number | null)[];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [weights, ...branches] = inputs as [tf.Tensor2D, ...tf.Tensor4D[]];
    return tf.tidy(() => {
      const each = tf.split(weights, branches.length, 1).map((weight) => tf.reshape(weight, [-1, 1, 1, 1]));
      return tf.addN(branches.map((branch, at) => tf.mul(branch, each[at] as tf.Tensor)));
    });
  }
}
