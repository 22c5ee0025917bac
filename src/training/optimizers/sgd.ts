import type * as tf from '@tensorflow/tfjs-core';
import { flag, refusal } from '../../base/option-checks.ts';
import { sgdUpdate } from '../ops/sgd-update.ts';
import { elementWise } from './element-wise.ts';
import type { Optimizer } from './optimizer.ts';
import { checkOptions, kinds } from './option-kinds.ts';

/** The options of {@link sgd}. */
export interface SgdOptions {
  /** The initial learning rate; default 1e-3. */
  readonly learningRate?: number;
  /** Share of the last velocity that is kept; default 0, plain gradient descent. */
  readonly momentum?: number;
  /** Share of the gradient that the velocity does not take, from the second step on; default 0. */
  readonly dampening?: number;
  /** L2 penalty, added to the gradient of every trained weight; default 0. */
  readonly weightDecay?: number;
  /** Whether the step looks ahead along the velocity (Sutskever et al. 2013); default false. */
  readonly nesterov?: boolean;
}

/**
 * Stochastic gradient descent with the rule and the defaults of PyTorch's `torch.optim.SGD` (the op `sgdUpdate`).
 *
 * @throws HPO_INVALID_ARGUMENT for an option of the wrong kind, and for Nesterov's form without momentum or with
 *   dampening, as in PyTorch.
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  const { rate, fromZero } = kinds;
  const fields = { learningRate: rate, momentum: fromZero, dampening: fromZero, weightDecay: fromZero, nesterov: flag };
  checkOptions('sgd()', options, fields);
  const { learningRate = 1e-3, momentum = 0, dampening = 0, weightDecay = 0, nesterov = false } = options;
  if (nesterov && (momentum <= 0 || dampening !== 0)) {
    const given = `\`momentum\` is ${momentum} and \`dampening\` ${dampening}`;
    refusal('HPO_INVALID_ARGUMENT', 'sgd()')(`${given}; \`nesterov\` needs a momentum above 0 and no dampening.`);
  }
  return elementWise({
    kind: 'sgd',
    learningRate,
    stateSize: 1,
    update: ({ weights, gradient, state, step, learningRate }) => {
      const [velocity] = state as [tf.Tensor];
      const taken = momentum === 0 || step === 1 ? 1 : 1 - dampening;
      const attributes = { learningRate, momentum, taken, weightDecay, nesterov };
      const next = sgdUpdate({ weights, gradient, velocity }, attributes);
      return { weights: next.weights, state: [next.velocity] };
    },
  });
}
