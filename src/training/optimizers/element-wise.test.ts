import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { expectSame, isAvailable, normal } from '../../../test/support/on-backends.ts';
import { device } from '../backend/device.ts';
import { adam } from './adam.ts';
import { adamw } from './adamw.ts';
import type { Optimizer } from './optimizer.ts';
import { rmsprop } from './rmsprop.ts';
import { sgd } from './sgd.ts';

const optimizers: Readonly<Record<string, () => Optimizer>> = {
  adam: () => adam({ learningRate: 0.05 }),
  'adam with decay': () => adam({ learningRate: 0.05, weightDecay: 0.1 }),
  adamw: () => adamw({ learningRate: 0.05, weightDecay: 0.1 }),
  rmsprop: () => rmsprop({ momentum: 0.5, centered: true, weightDecay: 0.1 }),
  sgd: () => sgd({ learningRate: 0.05 }),
  'sgd with all': () => sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 0.1 }),
};
/** More tensors than WebGPU packs at once. */
const shapes = [[3, 5], [7], [2, 2, 2, 3], [], [301], [1, 4], [2], [6, 1], [5], [3, 3], [8]];

describe.each(['wasm', 'webgpu', 'tensorflow'] as const)('several variables at once on %s', (backend) => {
  beforeEach(async ({ skip }) => skip(!(await isAvailable(backend)), `${backend} is not installed here`));

  test.each(Object.entries(optimizers))('%s moves each as it would alone', async (_, build) => {
    const starts = shapes.map((shape) => normal(shape, 3));
    await expectSame(backend, starts, (...tensors) => {
      const variables = tensors.map((start) => tf.variable(start));
      const optimizer = build();
      for (let step = 0; step < 10; step++) {
        if (step === 5) variables[1]?.assign(tf.ones([7])); // as restoring weights does
        optimizer.apply(variables, Object.fromEntries(variables.map((each) => [each.name, tf.sub(each, 1)])));
      }
      optimizer.dispose();
      const ends = variables.map((variable) => tf.clone(variable));
      tf.dispose(variables);
      return ends;
    });
  });

  test('leaves nothing behind', async () => {
    await device({ backend });
    const before = tf.memory().numTensors;
    const variables = shapes.map((shape) => tf.variable(tf.zeros(shape)));
    const created = tf.memory().numTensors;
    const optimizer = adam();
    const counts: number[] = [];
    for (let step = 0; step < 4; step++) {
      tf.tidy(() =>
        optimizer.apply(variables, Object.fromEntries(variables.map((each) => [each.name, tf.ones(each.shape)]))),
      );
      counts.push(tf.memory().numTensors);
    }
    expect(new Set(counts).size).toBe(1);
    optimizer.dispose();
    expect(tf.memory().numTensors).toBe(created);
    tf.dispose(variables);
    expect(tf.memory().numTensors).toBe(before + shapes.length); // the tensors that the variables were made from
  });
});
