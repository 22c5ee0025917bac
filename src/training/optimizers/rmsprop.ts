import * as tf from '@tensorflow/tfjs-core';
import { flag } from '../../base/option-checks.ts';
import { elementWise } from './element-wise.ts';
import type { Optimizer } from './optimizer.ts';
import { checkOptions, kinds } from './option-kinds.ts';

/** The options of {@link rmsprop}. */
export interface RmspropOptions {
  /** The initial learning rate; default 0.01. */
  readonly learningRate?: number;
  /** Decay of the mean of squared gradients, PyTorch's `alpha`; default 0.99. */
  readonly decay?: number;
  /** Added to the denominator, outside the root; default 1e-8. */
  readonly epsilon?: number;
  /** Share of the last velocity that is kept; default 0, none. */
  readonly momentum?: number;
  /** Whether the squares are taken around the mean of the gradients (Graves 2013); default false. */
  readonly centered?: boolean;
  /** L2 penalty, added to the gradient of every trained weight; default 0. */
  readonly weightDecay?: number;
}

/**
 * RMSprop (Tieleman & Hinton 2012) with the rule and the defaults of PyTorch's `torch.optim.RMSprop`: with g = gradient +
 * weightDecay · w, s ← decay · s + (1 − decay) · g², d = g / (√s + ε), w ← w − lr · d, or with momentum
 * velocity ← momentum · velocity + d, w ← w − lr · velocity. Made of stock ops on every backend.
 *
 * @throws HPO_INVALID_ARGUMENT for an option of the wrong kind.
 */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  const { rate, share, fromZero } = kinds;
  const fields = {
    learningRate: rate,
    decay: share,
    epsilon: fromZero,
    momentum: fromZero,
    centered: flag,
    weightDecay: fromZero,
  };
  checkOptions('rmsprop()', options, fields);
  const { learningRate = 0.01, decay = 0.99, epsilon = 1e-8 } = options;
  const { momentum = 0, centered = false, weightDecay = 0 } = options;
  const mean = (before: tf.Tensor, value: tf.Tensor): tf.Tensor =>
    tf.add(tf.mul(before, decay), tf.mul(value, 1 - decay));
  const kept = [...(momentum > 0 ? ['momentum'] : []), ...(centered ? ['mean'] : [])];
  return elementWise({
    kind: ['rmsprop', ...kept].join(' with '),
    learningRate,
    stateSize: 1 + kept.length,
    update: ({ weights, gradient, state, learningRate }) => {
      const [square, ...others] = state as [tf.Tensor, ...tf.Tensor[]];
      const g = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(weights, weightDecay));
      const nextSquare = mean(square, tf.square(g));
      const nextMean = centered ? [mean(others.at(-1) as tf.Tensor, g)] : [];
      const spread = nextMean[0] ? tf.sub(nextSquare, tf.square(nextMean[0])) : nextSquare;
      const direction = tf.div(g, tf.add(tf.sqrt(spread), epsilon));
      const velocity = momentum > 0 ? [tf.add(tf.mul(others[0] as tf.Tensor, momentum), direction)] : [];
      const change = tf.mul(velocity[0] ?? direction, learningRate);
      return { weights: tf.sub(weights, change), state: [nextSquare, ...velocity, ...nextMean] };
    },
  });
}
