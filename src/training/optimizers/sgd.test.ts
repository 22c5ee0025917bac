import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { device } from '../backend/device.ts';
import { type SgdOptions, sgd } from './sgd.ts';

/** `torch.optim.SGD` by its documentation, in float64: minimises Σ (w − target)² / 2. */
function reference(start: readonly number[], target: readonly number[], options: Required<SgdOptions>): number[] {
  const { learningRate, momentum, dampening, weightDecay, nesterov } = options;
  const weights = [...start];
  const velocity = start.map(() => 0);
  for (let step = 1; step <= 20; step++) {
    for (const [at, w] of weights.entries()) {
      let gradient = w - (target[at] as number) + weightDecay * w;
      if (momentum !== 0) {
        const taken = step === 1 ? 1 : 1 - dampening;
        velocity[at] = momentum * (velocity[at] as number) + taken * gradient;
        gradient = nesterov ? gradient + momentum * velocity[at] : velocity[at];
      }
      weights[at] = w - learningRate * gradient;
    }
  }
  return weights;
}

const plain = { learningRate: 0.05, momentum: 0, dampening: 0, weightDecay: 0.1, nesterov: false };
const variants = [
  plain,
  { ...plain, dampening: 0.5 },
  { ...plain, momentum: 0.9 },
  { ...plain, momentum: 0.9, dampening: 0.3 },
  { ...plain, momentum: 0.9, nesterov: true },
];
const cases = (['cpu', 'wasm'] as const).flatMap((backend) => variants.map((options) => ({ backend, options })));

describe('gradient descent', () => {
  test.each(cases)('twenty steps are those of PyTorch on $backend, $options', async ({ backend, options }) => {
    await device({ backend });
    const before = tf.memory().numTensors;
    const start = [1, -2, 0.5, 30, 4, -1, 2];
    const target = [0, 1, 0.4, -3, 5, 0, 2];
    const weights = tf.variable(tf.tensor1d(start));
    const optimizer = sgd(options);
    for (let step = 0; step < 20; step++) {
      tf.tidy(() => {
        const loss = () => tf.mul(tf.sum(tf.squaredDifference(weights, target)), 0.5) as tf.Scalar;
        optimizer.apply([weights], tf.variableGrads(loss).grads);
      });
    }
    const expected = reference(start, target, options);
    for (const [at, value] of (await weights.data()).entries()) expect(value).toBeCloseTo(expected[at] as number, 4);
    optimizer.dispose();
    weights.dispose();
    expect(tf.memory().numTensors - before).toBe(1); // the tensor that the variable was made from
  });

  test.each([{ nesterov: true }, { nesterov: true, momentum: 0.9, dampening: 0.1 }])('%j is refused', (options) => {
    expect(() => sgd(options)).toThrow(/`nesterov` needs a momentum above 0 and no dampening/);
  });
});
