import * as tf from '@tensorflow/tfjs-core';
import { adamUpdate } from '../ops/adam-update.ts';
import type { AdamOptions } from './adam.ts';
import { elementWise } from './element-wise.ts';
import type { Optimizer } from './optimizer.ts';
import { checkOptions, kinds } from './option-kinds.ts';

/** The options of {@link adamw}. */
export interface AdamWOptions extends Omit<AdamOptions, 'weightDecay'> {
  /** Each step takes this share, times the learning rate, of every trained weight away; default 0.01. */
  readonly weightDecay?: number;
}

/**
 * Adam with decoupled weight decay (Loshchilov & Hutter 2019), with the rule and the defaults of PyTorch's
 * `torch.optim.AdamW`: w ← (1 − lr · weightDecay) · w, then Adam's step without a penalty.
 *
 * @throws HPO_INVALID_ARGUMENT for an option of the wrong kind.
 */
export function adamw(options: AdamWOptions = {}): Optimizer {
  const { rate, share, fromZero } = kinds;
  const fields = { learningRate: rate, weightDecay: fromZero, beta1: share, beta2: share, epsilon: fromZero };
  checkOptions('adamw()', options, fields);
  const { learningRate = 1e-3, weightDecay = 0.01, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  return elementWise({
    kind: 'adamw',
    learningRate,
    stateSize: 2,
    update: ({ weights, gradient, state, step, learningRate }) => {
      const [m, v] = state as [tf.Tensor, tf.Tensor];
      const decayed = weightDecay === 0 ? weights : tf.mul(weights, 1 - learningRate * weightDecay);
      const attributes = { learningRate, weightDecay: 0, beta1, beta2, epsilon, step };
      const next = adamUpdate({ weights: decayed, gradient, m, v }, attributes);
      return { weights: next.weights, state: [next.m, next.v] };
    },
  });
}
