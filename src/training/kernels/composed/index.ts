import * as tf from '@tensorflow/tfjs-core';
import { ImageBatch } from '../../images/image-batch.ts';
import { AdamUpdate, type AdamUpdateAttributes } from '../../ops/adam-update.ts';
import { BatchNorm, BatchNormGrad, BatchNormInference } from '../../ops/batch-norm.ts';
import { Conv2D, type Conv2DAttributes } from '../../ops/conv2d.ts';
import { Dropout, type DropoutAttributes, keeps } from '../../ops/dropout.ts';
import { SgdUpdate, type SgdUpdateAttributes } from '../../ops/sgd-update.ts';
import { SoftmaxCrossEntropy, type SoftmaxCrossEntropyAttributes } from '../../ops/softmax-cross-entropy.ts';
import { Tally } from '../../ops/tally.ts';
import { type KernelTable, kernel } from '../kernel-table.ts';
import { batchNormGradKernel, batchNormInferenceKernel, batchNormKernel } from './batch-norm.ts';
import { imageBatchKernel } from './image-batch.ts';
import { tallyKernel } from './tally.ts';

type Tensors<Names extends string> = Readonly<Record<Names, tf.Tensor>>;

const conv2dKernel = kernel<Tensors<'x' | 'filter'> & Partial<Tensors<'bias'>>, Conv2DAttributes>(
  ({ inputs: { x, filter, bias }, attrs: { strides, pad } }) =>
    tf.tidy(() => {
      const y = tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, [...strides], pad);
      return bias ? tf.add(y, bias) : y;
    }),
);

const softmaxCrossEntropyKernel = kernel<Tensors<'logits' | 'labels'>, SoftmaxCrossEntropyAttributes>(
  ({ inputs: { logits, labels }, attrs: { smoothing } }) =>
    tf.tidy(() => {
      const [count, classes] = logits.shape as [number, number];
      const [spread, whole] = [smoothing / classes, 1 - smoothing];
      const target = tf.oneHot(labels as tf.Tensor1D, classes, whole + spread, spread, 'float32');
      const shifted = tf.sub(logits, tf.max(logits, 1, true));
      const logProbability = tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), 1, true)));
      const loss = tf.div(tf.neg(tf.sum(tf.mul(target, logProbability))), count);
      return [loss, tf.div(tf.sub(tf.exp(logProbability), target), count)];
    }),
);

const dropoutKernel = kernel<Tensors<'x'>, DropoutAttributes>(({ inputs: { x }, attrs }) =>
  tf.tidy(() => {
    const factor = 1 / (1 - attrs.rate);
    const mask = Float32Array.from({ length: x.size }, (_, index) => (keeps(index, attrs) ? factor : 0));
    return tf.mul(x, tf.tensor(mask, x.shape));
  }),
);

const adamUpdateKernel = kernel<Tensors<'weights' | 'gradient' | 'm' | 'v'>, AdamUpdateAttributes>(
  ({ inputs: { weights, gradient, m, v }, attrs: { learningRate, beta1, beta2, epsilon, weightDecay, step } }) =>
    tf.tidy(() => {
      const g = tf.add(gradient, tf.mul(weights, weightDecay));
      const nextM = tf.add(tf.mul(m, beta1), tf.mul(g, 1 - beta1));
      const nextV = tf.add(tf.mul(v, beta2), tf.mul(tf.square(g), 1 - beta2));
      const deviation = tf.add(tf.mul(tf.sqrt(nextV), 1 / Math.sqrt(1 - beta2 ** step)), epsilon);
      const change = tf.mul(tf.div(nextM, deviation), learningRate / (1 - beta1 ** step));
      return [tf.sub(weights, change), nextM, nextV];
    }),
);

const sgdUpdateKernel = kernel<Tensors<'weights' | 'gradient' | 'velocity'>, SgdUpdateAttributes>(
  ({ inputs: { weights, gradient, velocity }, attrs: { learningRate, momentum, taken, weightDecay, nesterov } }) =>
    tf.tidy(() => {
      const g = tf.add(gradient, tf.mul(weights, weightDecay));
      const next = tf.add(tf.mul(velocity, momentum), tf.mul(g, taken));
      const change = nesterov ? tf.add(g, tf.mul(next, momentum)) : next;
      return [tf.sub(weights, tf.mul(change, learningRate)), next];
    }),
);

/** Every training op made of stock ops: the fallback of each backend, and the reference for the others' kernels. */
export const composedKernels: KernelTable = {
  [AdamUpdate]: adamUpdateKernel,
  [BatchNorm]: batchNormKernel,
  [BatchNormGrad]: batchNormGradKernel,
  [BatchNormInference]: batchNormInferenceKernel,
  [Conv2D]: conv2dKernel,
  [Dropout]: dropoutKernel,
  [ImageBatch]: imageBatchKernel,
  [SgdUpdate]: sgdUpdateKernel,
  [SoftmaxCrossEntropy]: softmaxCrossEntropyKernel,
  [Tally]: tallyKernel,
};
