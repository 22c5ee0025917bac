import * as tf from '@tensorflow/tfjs-core';
import { ImageBatch } from '../../images/image-batch.ts';
import { AdamUpdate } from '../../ops/adam-update.ts';
import { BatchNorm, BatchNormGrad, BatchNormInference } from '../../ops/batch-norm.ts';
import { Conv2D } from '../../ops/conv2d.ts';
import { Dropout } from '../../ops/dropout.ts';
import { Pack, Unpack } from '../../ops/pack.ts';
import { SgdUpdate } from '../../ops/sgd-update.ts';
import { SoftmaxCrossEntropy } from '../../ops/softmax-cross-entropy.ts';
import { Tally } from '../../ops/tally.ts';
import { imageBatchKernel as composedImageBatch } from '../composed/image-batch.ts';
import type { KernelTable } from '../kernel-table.ts';
import { stockKernel } from '../stock-kernel.ts';
import { adamUpdateKernel } from './adam-update.ts';
import { batchNormGradKernel, batchNormInferenceKernel, batchNormKernel } from './batch-norm.ts';
import { conv2d, conv2dBackpropFilter, conv2dBackpropInput } from './convolution.ts';
import { dropoutKernel } from './dropout.ts';
import { imageBatchKernel } from './image-batch.ts';
import { matMul } from './mat-mul.ts';
import { maxPoolGrad } from './max-pool-grad.ts';
import { packKernel, unpackKernel } from './pack.ts';
import { sgdUpdateKernel } from './sgd-update.ts';
import { softmaxCrossEntropyKernel } from './softmax-cross-entropy.ts';
import { sum } from './sum.ts';
import { tallyKernel } from './tally.ts';

/**
 * The kernels of tfjs-backend-webgpu: the training ops in as few dispatches as they need, and under their stock names
 * those that the backend has slow, or that do not repeat themselves bit by bit.
 */
export function webgpuKernels(): KernelTable {
  const stock = (name: string): tf.KernelFunc => stockKernel(name, 'webgpu');
  return {
    [AdamUpdate]: adamUpdateKernel,
    [BatchNorm]: batchNormKernel,
    [BatchNormGrad]: batchNormGradKernel,
    [BatchNormInference]: batchNormInferenceKernel,
    [Conv2D]: conv2d(stock(tf.Conv2D)),
    [Dropout]: dropoutKernel,
    [ImageBatch]: imageBatchKernel(composedImageBatch),
    [Pack]: packKernel,
    [SgdUpdate]: sgdUpdateKernel,
    [SoftmaxCrossEntropy]: softmaxCrossEntropyKernel,
    [Tally]: tallyKernel,
    [Unpack]: unpackKernel,
    [tf.BatchMatMul]: matMul(stock(tf.BatchMatMul)),
    [tf._FusedMatMul]: matMul(stock(tf._FusedMatMul)),
    [tf.Conv2D]: conv2d(stock(tf.Conv2D)),
    [tf.Conv2DBackpropFilter]: conv2dBackpropFilter(stock(tf.Conv2DBackpropFilter)),
    [tf.Conv2DBackpropInput]: conv2dBackpropInput(stock(tf.Conv2DBackpropInput)),
    [tf.FusedConv2D]: conv2d(stock(tf.FusedConv2D)),
    [tf.MaxPoolGrad]: maxPoolGrad,
    [tf.Sum]: sum(stock(tf.Sum)),
  };
}
