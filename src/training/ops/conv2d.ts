import * as tf from '@tensorflow/tfjs-core';
import { runKernel } from './run-kernel.ts';

/** Kernel: { x, filter, bias? } → [y]. */
export const Conv2D = 'HpoConv2D';

export interface Conv2DAttributes {
  readonly strides: readonly [number, number];
  readonly pad: 'valid' | 'same';
}

/**
 * 2-D cross-correlation of channels-last images, with an optional bias. Unlike `tf.fused.conv2d`, whose gradient
 * computes every input's share, it computes each gradient only when it is needed; so the first layer of a network never
 * pays for the gradient by its images.
 *
 * @param x float32 [N, H, W, C].
 * @param filter float32 [kh, kw, C, K].
 * @param bias float32 [K].
 * @returns float32 [N, oh, ow, K].
 */
export function conv2d(
  x: tf.Tensor,
  filter: tf.Tensor,
  bias: tf.Tensor | undefined,
  attributes: Conv2DAttributes,
): tf.Tensor {
  return runKernel(Conv2D, bias ? { x, filter, bias } : { x, filter }, attributes)[0] as tf.Tensor;
}

export const conv2dGradient: tf.GradConfig = {
  kernelName: Conv2D,
  inputsToSave: ['x', 'filter'],
  gradFunc: (dys, saved, attrs) => {
    const dy = dys as tf.Tensor;
    const [x, filter] = saved as [tf.Tensor, tf.Tensor];
    const { strides, pad } = attrs as unknown as Conv2DAttributes;
    const geometry = { strides, pad, dataFormat: 'NHWC' };
    return {
      x: () => runKernel(tf.Conv2DBackpropInput, { dy, filter }, { ...geometry, inputShape: x.shape })[0] as tf.Tensor,
      filter: () =>
        runKernel(tf.Conv2DBackpropFilter, { x, dy }, { ...geometry, filterShape: filter.shape })[0] as tf.Tensor,
      bias: () => tf.sum(dy, [0, 1, 2]),
    };
  },
};
