import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { device } from '../backend/device.ts';
import { adam } from './adam.ts';

/** `torch.optim.Adam` by its documentation, in float64: minimises Σ (w − target)² / 2. */
function reference(start: readonly number[], target: readonly number[], steps: number): number[] {
  const [learningRate, weightDecay, beta1, beta2, epsilon] = [0.05, 0.1, 0.9, 0.999, 1e-8] as const;
  const weights = [...start];
  const m = start.map(() => 0);
  const v = start.map(() => 0);
  for (let step = 1; step <= steps; step++) {
    for (const [at, w] of weights.entries()) {
      const gradient = w - (target[at] as number) + weightDecay * w;
      m[at] = beta1 * (m[at] as number) + (1 - beta1) * gradient;
      v[at] = beta2 * (v[at] as number) + (1 - beta2) * gradient ** 2;
      const unbiasedM = (m[at] as number) / (1 - beta1 ** step);
      const unbiasedV = (v[at] as number) / (1 - beta2 ** step);
      weights[at] = w - (learningRate * unbiasedM) / (Math.sqrt(unbiasedV) + epsilon);
    }
  }
  return weights;
}

test.each(['cpu', 'wasm'] as const)('twenty steps with weight decay are those of PyTorch on %s', async (backend) => {
  await device({ backend });
  const before = tf.memory().numTensors;
  const start = [1, -2, 0.5, 30];
  const target = [0, 1, 0.4, -3];
  const weights = tf.variable(tf.tensor1d(start));
  const optimizer = adam({ learningRate: 0.05, weightDecay: 0.1 });
  for (let step = 0; step < 20; step++) {
    tf.tidy(() => {
      const { grads } = tf.variableGrads(() => tf.mul(tf.sum(tf.squaredDifference(weights, target)), 0.5) as tf.Scalar);
      optimizer.apply([weights], grads);
    });
  }
  const expected = reference(start, target, 20);
  for (const [at, value] of (await weights.data()).entries()) expect(value).toBeCloseTo(expected[at] as number, 5);
  optimizer.dispose();
  weights.dispose();
  expect(tf.memory().numTensors - before).toBe(1); // the tensor that the variable was made from
});
