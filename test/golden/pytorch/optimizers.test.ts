import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { adam, adamw, device, type Optimizer, rmsprop, sgd } from '../../../src/training/index.ts';
import golden from './optimizers.json' with { type: 'json' };

type Case = keyof typeof golden.weights;

const most = { learningRate: 0.05, beta1: 0.8, beta2: 0.9, epsilon: 1e-4 };
const optimizers: Readonly<Record<Case, () => Optimizer>> = {
  adam: () => adam(),
  'adam, penalised': () => adam({ ...most, weightDecay: 0.1 }),
  adamw: () => adamw(),
  'adamw, decayed': () => adamw({ ...most, weightDecay: 0.3 }),
  'adamw, undecayed': () => adamw({ learningRate: 0.05, weightDecay: 0 }),
  sgd: () => sgd({ learningRate: 0.05 }),
  'sgd, momentum': () => sgd({ learningRate: 0.05, momentum: 0.9, dampening: 0.2, weightDecay: 0.1 }),
  'sgd, nesterov': () => sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 0.1 }),
  rmsprop: () => rmsprop(),
  'rmsprop, momentum': () => rmsprop({ learningRate: 0.02, decay: 0.9, momentum: 0.8, weightDecay: 0.1 }),
  'rmsprop, centered': () => rmsprop({ learningRate: 0.02, epsilon: 1e-3, centered: true }),
  'rmsprop, with all': () =>
    rmsprop({ learningRate: 0.02, decay: 0.8, epsilon: 1e-3, momentum: 0.5, centered: true, weightDecay: 0.05 }),
};

describe.each(['cpu', 'wasm'] as const)("the weights after each step are PyTorch's on %s", (backend) => {
  test.each(Object.entries(optimizers))('%s', async (name, build) => {
    await device({ backend });
    const weights = tf.variable(tf.tensor1d(golden.start));
    const optimizer = build();
    for (const [at, expected] of golden.weights[name as Case].entries()) {
      tf.tidy(() => optimizer.apply([weights], { [weights.name]: tf.tensor1d(golden.gradients[at] as number[]) }));
      const actual = [...(await weights.data())];
      for (const [place, weight] of expected.entries()) {
        expect(Math.abs((actual[place] as number) - weight), `step ${at + 1}, weight ${place}`).toBeLessThan(
          2e-6 * Math.max(1, Math.abs(weight)),
        );
      }
    }
    optimizer.dispose();
    weights.dispose();
  });
});
