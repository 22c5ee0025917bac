import * as tf from '@tensorflow/tfjs-core';
import type { BatchNormAttributes, BatchNormInputs } from '../../ops/batch-norm.ts';
import { kernel } from '../kernel-table.ts';

interface BatchNormGradInputs {
  readonly dy: tf.Tensor;
  readonly x: tf.Tensor;
  readonly scale: tf.Tensor;
  readonly shift: tf.Tensor;
  readonly mean: tf.Tensor;
  readonly inverseDeviation: tf.Tensor;
}

export const batchNormKernel = kernel<BatchNormInputs, BatchNormAttributes>(({ inputs, attrs }) => {
  const { x, scale, shift, movingMean, movingVariance } = inputs;
  const { epsilon, momentum, activation } = attrs;
  const rows = x.size / scale.size;
  const outputs = tf.tidy(() => {
    const { mean, variance } = tf.moments(x, leadingAxes(x));
    const inverseDeviation = tf.rsqrt(tf.add(variance, epsilon));
    const y = tf.add(tf.mul(tf.mul(tf.sub(x, mean), inverseDeviation), scale), shift);
    const unbiased = tf.mul(variance, rows / Math.max(rows - 1, 1));
    return [
      activation === 'relu' ? tf.relu(y) : y,
      mean,
      inverseDeviation,
      tf.add(tf.mul(movingMean, 1 - momentum), tf.mul(mean, momentum)),
      tf.add(tf.mul(movingVariance, 1 - momentum), tf.mul(unbiased, momentum)),
    ];
  });
  return outputs;
});

export const batchNormGradKernel = kernel<BatchNormGradInputs, BatchNormAttributes>(({ inputs, attrs }) => {
  const { dy, x, scale, shift, mean, inverseDeviation } = inputs;
  const rows = x.size / scale.size;
  return tf.tidy(() => {
    const normal = tf.mul(tf.sub(x, mean), inverseDeviation);
    const dz = attrs.activation === 'relu' ? tf.mul(dy, tf.step(tf.add(tf.mul(normal, scale), shift))) : dy;
    const axes = leadingAxes(x);
    const dShift = tf.sum(dz, axes);
    const dScale = tf.sum(tf.mul(dz, normal), axes);
    const centred = tf.sub(tf.sub(dz, tf.div(dShift, rows)), tf.mul(normal, tf.div(dScale, rows)));
    return [tf.mul(centred, tf.mul(scale, inverseDeviation)), dScale, dShift];
  });
});

export const batchNormInferenceKernel = kernel<BatchNormInputs, BatchNormAttributes>(({ inputs, attrs }) => {
  const { x, scale, shift, movingMean, movingVariance } = inputs;
  return tf.tidy(() => {
    const factor = tf.mul(scale, tf.rsqrt(tf.add(movingVariance, attrs.epsilon)));
    const y = tf.add(tf.mul(tf.sub(x, movingMean), factor), shift);
    return attrs.activation === 'relu' ? tf.relu(y) : y;
  });
});

const leadingAxes = (x: tf.Tensor): number[] => x.shape.slice(0, -1).map((_, axis) => axis);
