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
import { imageBatchKernel } from '../composed/image-batch.ts';
import { tallyKernel } from '../composed/tally.ts';
import type { KernelTable } from '../kernel-table.ts';
import { stockKernel } from '../stock-kernel.ts';
import { adamUpdateKernel } from './adam-update.ts';
import { batchNormGradKernel, batchNormInferenceKernel, batchNormKernel } from './batch-norm.ts';
import { conv2dKernel } from './conv2d.ts';
import { dropoutKernel } from './dropout.ts';
import { maxPoolGrad } from './max-pool-grad.ts';
import { packKernel, unpackKernel } from './pack.ts';
import { reshape } from './reshape.ts';
import { sgdUpdateKernel } from './sgd-update.ts';
import { softmaxCrossEntropyKernel } from './softmax-cross-entropy.ts';

/**
 * The kernels of tfjs-node's backend: the training ops by TensorFlow's own fused operations, in as few calls as
 * possible, since each takes some 20 µs before it computes anything.
 */
export function tensorflowKernels(): KernelTable {
  const stock = (name: string): tf.KernelFunc => stockKernel(name, 'tensorflow');
  return {
    [AdamUpdate]: adamUpdateKernel,
    [BatchNorm]: batchNormKernel,
    [BatchNormGrad]: batchNormGradKernel,
    [BatchNormInference]: batchNormInferenceKernel,
    [Conv2D]: conv2dKernel,
    [Dropout]: dropoutKernel,
    [ImageBatch]: imageBatchKernel,
    [Pack]: packKernel,
    [SgdUpdate]: sgdUpdateKernel,
    [SoftmaxCrossEntropy]: softmaxCrossEntropyKernel,
    [Tally]: tallyKernel,
    [Unpack]: unpackKernel,
    [tf.MaxPoolGrad]: maxPoolGrad(stock(tf.MaxPoolGrad)),
    [tf.Reshape]: reshape(stock(tf.Reshape)),
  };
}
