import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { isAvailable } from '../../../test/support/on-backends.ts';

test('full memory is told with what helps', async ({ skip }) => {
  skip(!(await isAvailable('tensorflow')), 'tensorflow is not installed here');
  const column = tf.zeros([1_000_000, 1]);
  expect(() => tf.matMul(column, column, false, true)).toThrow(
    /^TensorFlow on (?:the CPU|a GPU) is out of memory: take smaller batches or fewer workers \(--workers\)$/,
  );
  expect([...(await tf.matMul(column, column, true, false).data())]).toEqual([0]); // it goes on
});
