import type * as tf from '@tensorflow/tfjs-core';
import { adamUpdate } from '../ops/adam-update.ts';
import { elementWise } from './element-wise.ts';
import type { Optimizer } from './optimizer.ts';
import { checkOptions, kinds } from './option-kinds.ts';

/** The options of {@link adam}. */
export interface AdamOptions {
  /** The initial learning rate; default 1e-3. */
  readonly learningRate?: number;
  /** L2 penalty, added to the gradient of every trained weight (not AdamW's decoupled decay); default 0. */
  readonly weightDecay?: number;
  /** Decay of the mean of gradients; default 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients; default 0.999. */
  readonly beta2?: number;
  /** Added to the denominator; default 1e-8. */
  readonly epsilon?: number;
}

/**
 * Adam with the rule and the defaults of PyTorch's `torch.optim.Adam` (the op `adamUpdate`).
 *
 * @throws HPO_INVALID_ARGUMENT for an option of the wrong kind.
 */
export function adam(options: AdamOptions = {}): Optimizer {
  const { rate, share, fromZero } = kinds;
  const fields = { learningRate: rate, weightDecay: fromZero, beta1: share, beta2: share, epsilon: fromZero };
  checkOptions('adam()', options, fields);
  const { learningRate = 1e-3, weightDecay = 0, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  return elementWise({
    kind: 'adam',
    learningRate,
    stateSize: 2,
    update: ({ weights, gradient, state, step, learningRate }) => {
      const [m, v] = state as [tf.Tensor, tf.Tensor];
      const attributes = { learningRate, weightDecay, beta1, beta2, epsilon, step };
      const next = adamUpdate({ weights, gradient, m, v }, attributes);
      return { weights: next.weights, state: [next.m, next.v] };
    },
  });
}
