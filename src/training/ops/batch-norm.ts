import * as tf from '@tensorflow/tfjs-core';
import { type Activation, runKernel } from './run-kernel.ts';

/** The inputs of both forms of the op; C is the size of the last axis of `x`. */
export interface BatchNormInputs {
  /** Activations, channels last: [N, C] or [N, H, W, C]. */
  readonly x: tf.Tensor;
  /** γ, shape [C]. */
  readonly scale: tf.Tensor1D;
  /** β, shape [C]. */
  readonly shift: tf.Tensor1D;
  /** Running mean, shape [C]. */
  readonly movingMean: tf.Tensor1D;
  /** Running (unbiased) variance, shape [C]. */
  readonly movingVariance: tf.Tensor1D;
}

/**
 * Kernel: {@link BatchNormInputs} → [y, mean, inverse deviation, new moving mean, new moving variance], and a sixth
 * output where the backend's own gradient kernel needs one.
 */
export const BatchNorm = 'HpoBatchNorm';
/** Kernel: { dy, x, scale, shift, y, mean, inverseDeviation, reserve? } → [dx, dScale, dShift]. */
export const BatchNormGrad = 'HpoBatchNormGrad';
/** Kernel: {@link BatchNormInputs} → [y], normalised by the running statistics. */
export const BatchNormInference = 'HpoBatchNormInference';

export interface BatchNormAttributes {
  readonly epsilon: number;
  /** Weight of the new batch in the running statistics (PyTorch's convention; Keras counts the other way). */
  readonly momentum: number;
  readonly activation: Activation;
}

/**
 * Batch normalisation in training (Ioffe & Szegedy 2015), with PyTorch's conventions: the batch is normalised by its
 * biased variance, and the running variance takes the unbiased one. With `activation: 'relu'` the ReLU is part of the
 * op and of its gradient.
 *
 * Each channel needs at least two values: a single one has no variance (the result is then `shift`, and the running
 * variance takes a 0).
 *
 * @returns `y`, shaped as `x`, and the running statistics after this batch, for the caller to store.
 */
export function batchNorm(
  inputs: BatchNormInputs,
  attributes: BatchNormAttributes,
): { y: tf.Tensor; movingMean: tf.Tensor; movingVariance: tf.Tensor } {
  const [y, , , movingMean, movingVariance] = runKernel(BatchNorm, { ...inputs }, attributes) as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  return { y, movingMean, movingVariance };
}

/**
 * Batch normalisation in inference: by the running statistics, which are not changed. They are constants to its
 * gradient.
 */
export function batchNormInference(
  inputs: BatchNormInputs,
  attributes: Pick<BatchNormAttributes, 'epsilon' | 'activation'>,
): tf.Tensor {
  return runKernel(BatchNormInference, { ...inputs }, attributes)[0] as tf.Tensor;
}

/**
 * The gradient. With dz the gradient behind the activation and M = N·H·W: dShift = Σdz, dScale = inv·(Σdz·x −
 * mean·Σdz), and dx = p·dz + q·x + r where p = scale·inv, q = −p·inv·dScale/M, r = −p·dShift/M − q·mean. The elements
 * for which a ReLU was active can be computed again from x, or seen in y.
 */
export const batchNormGradient: tf.GradConfig = {
  kernelName: BatchNorm,
  inputsToSave: ['x', 'scale', 'shift'],
  outputsToSave: [true, true, true, false, false, true],
  gradFunc: (dys, saved, attrs) => {
    const [dy] = dys as tf.Tensor[];
    const names = ['x', 'scale', 'shift', 'y', 'mean', 'inverseDeviation', 'reserve'];
    const inputs = { dy: dy as tf.Tensor, ...Object.fromEntries(saved.map((tensor, at) => [names[at], tensor])) };
    const [dx, dScale, dShift] = runKernel(BatchNormGrad, inputs, attrs) as [tf.Tensor, tf.Tensor, tf.Tensor];
    return { x: () => dx, scale: () => dScale, shift: () => dShift };
  },
};

/** The gradient in inference: that of a scale and a shift of each channel. */
export const batchNormInferenceGradient: tf.GradConfig = {
  kernelName: BatchNormInference,
  inputsToSave: ['x', 'scale', 'movingMean', 'movingVariance'],
  outputsToSave: [true],
  gradFunc: (dys, saved, attrs) => {
    const [x, scale, movingMean, movingVariance, y] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const { epsilon, activation } = attrs as unknown as Pick<BatchNormAttributes, 'epsilon' | 'activation'>;
    const dy = dys as tf.Tensor;
    const dz = activation === 'relu' ? tf.mul(dy, tf.step(y)) : dy;
    const inverseDeviation = tf.rsqrt(tf.add(movingVariance, epsilon));
    const axes = x.shape.slice(0, -1).map((_, axis) => axis);
    return {
      x: () => tf.mul(dz, tf.mul(scale, inverseDeviation)),
      scale: () => tf.sum(tf.mul(dz, tf.mul(tf.sub(x, movingMean), inverseDeviation)), axes),
      shift: () => tf.sum(dz, axes),
    };
  },
};
