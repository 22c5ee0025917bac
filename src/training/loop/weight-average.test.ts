import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { isAvailable } from '../../../test/support/on-backends.ts';
import { device } from '../backend/device.ts';
import type { ModelWeight } from './model-weights.ts';
import { WeightAverage } from './weight-average.ts';

const values = (variables: readonly tf.Variable[]) => variables.map((variable) => [...variable.dataSync()]);

/** Three weights, one of them whole numbers; and what gives all of them a number. */
function madeWeights() {
  const variables = tf.tidy(() => [
    tf.variable(tf.zeros([2])),
    tf.variable(tf.zeros([1, 1], 'int32')),
    tf.variable(tf.scalar(0)),
  ]);
  const set = (number: number): void =>
    tf.tidy(() => {
      for (const variable of variables) variable.assign(tf.fill(variable.shape, number, variable.dtype as 'float32'));
    });
  const weights = variables.map((variable): ModelWeight => ({ kind: 'kernel', name: variable.name, variable }));
  return { variables, weights, set };
}

describe.each(['wasm', 'cpu'] as const)('the average of weights on %s', (backend) => {
  beforeEach(async ({ skip }) => skip(!(await isAvailable(backend)), `${backend} is not installed here`));

  test('begins with the weights, follows them, and takes the place of them for a while', async () => {
    await device({ backend });
    const before = tf.memory().numTensors;
    const { variables, weights, set } = madeWeights();
    const average = new WeightAverage(weights, { decay: 0.75, fromStep: 2 });
    set(100);
    average.take(1);
    expect(await average.numbers()).toBeUndefined();
    await average.inPlace(async () => expect(values(variables)).toEqual([[100, 100], [100], [100]]));
    set(8);
    average.take(2);
    set(16);
    average.take(3);
    expect(await average.numbers()).toEqual([Float32Array.of(10, 10), Int32Array.of(16), Float32Array.of(10)]);
    await expect(
      average.inPlace(async () => {
        expect(values(variables)).toEqual([[10, 10], [16], [10]]);
        throw new Error('stopped');
      }),
    ).rejects.toThrow('stopped');
    expect(values(variables)).toEqual([[16, 16], [16], [16]]);

    const other = new WeightAverage(weights, { decay: 0.75 });
    other.restore((await average.numbers()) ?? []);
    set(6);
    other.take(4);
    other.assign();
    expect(values(variables)).toEqual([[9, 9], [6], [9]]);
    average.dispose();
    other.dispose();

    const slow = new WeightAverage(weights, { decay: 0.9999 });
    set(0.7);
    for (let step = 1; step < 100; step++) slow.take(step);
    expect((await slow.numbers())?.[0]).toEqual(Float32Array.of(0.7, 0.7));
    slow.dispose();
    tf.dispose(variables);
    expect(tf.memory().numTensors).toBe(before);
  });
});
