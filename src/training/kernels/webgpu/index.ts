import { AdamUpdate } from '../../ops/adam-update.ts';
import { BatchNorm, BatchNormGrad, BatchNormInference } from '../../ops/batch-norm.ts';
import { Dropout } from '../../ops/dropout.ts';
import { ImageBatch } from '../../ops/image-batch.ts';
import { SgdUpdate } from '../../ops/sgd-update.ts';
import { SoftmaxCrossEntropy } from '../../ops/softmax-cross-entropy.ts';
import { imageBatchKernel as composedImageBatch } from '../composed/image-batch.ts';
import { composedKernels } from '../composed/index.ts';
import type { KernelTable } from '../kernel-table.ts';
import { adamUpdateKernel } from './adam-update.ts';
import { batchNormGradKernel, batchNormInferenceKernel, batchNormKernel } from './batch-norm.ts';
import { dropoutKernel } from './dropout.ts';
import { imageBatchKernel } from './image-batch.ts';
import { sgdUpdateKernel } from './sgd-update.ts';
import { softmaxCrossEntropyKernel } from './softmax-cross-entropy.ts';

/** The kernels of tfjs-backend-webgpu: the training ops in as few dispatches as they need. */
export function webgpuKernels(): KernelTable {
  return {
    ...composedKernels,
    [AdamUpdate]: adamUpdateKernel,
    [BatchNorm]: batchNormKernel,
    [BatchNormGrad]: batchNormGradKernel,
    [BatchNormInference]: batchNormInferenceKernel,
    [Dropout]: dropoutKernel,
    [ImageBatch]: imageBatchKernel(composedImageBatch),
    [SgdUpdate]: sgdUpdateKernel,
    [SoftmaxCrossEntropy]: softmaxCrossEntropyKernel,
  };
}
