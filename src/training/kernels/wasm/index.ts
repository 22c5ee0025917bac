import * as tf from '@tensorflow/tfjs-core';
import { ImageBatch } from '../../images/image-batch.ts';
import { AdamUpdate } from '../../ops/adam-update.ts';
import { BatchNorm, BatchNormGrad, BatchNormInference } from '../../ops/batch-norm.ts';
import { Conv2D } from '../../ops/conv2d.ts';
import { Dropout } from '../../ops/dropout.ts';
import { SgdUpdate } from '../../ops/sgd-update.ts';
import { SoftmaxCrossEntropy } from '../../ops/softmax-cross-entropy.ts';
import { Tally } from '../../ops/tally.ts';
import { tallyKernel } from '../composed/tally.ts';
import type { KernelTable } from '../kernel-table.ts';
import { stockKernel } from '../stock-kernel.ts';
import { adamUpdateKernel } from './adam-update.ts';
import { batchNormGradKernel, batchNormInferenceKernel, batchNormKernel } from './batch-norm.ts';
import { conv2d } from './conv2d.ts';
import { conv2dBackpropFilter } from './conv2d-backprop-filter.ts';
import { conv2dBackpropInput } from './conv2d-backprop-input.ts';
import { dropoutKernel } from './dropout.ts';
import { identity } from './identity.ts';
import { imageBatchKernel } from './image-batch.ts';
import { matMul } from './mat-mul.ts';
import { avgPoolGrad, maxPoolGrad } from './pool-grad.ts';
import { sgdUpdateKernel } from './sgd-update.ts';
import { softmaxCrossEntropyKernel } from './softmax-cross-entropy.ts';
import { sumLeadingAxes } from './sum.ts';
import { tileRows } from './tile.ts';
import { unsortedSegmentSum } from './unsorted-segment-sum.ts';

/**
 * The kernels of tfjs-backend-wasm: the training ops, and under their stock names the kernels that the backend lacks,
 * or has slow or wrong, so that a stock `tf.layers` model trains fast and right as well.
 */
export function wasmKernels(): KernelTable {
  const stock = (name: string): tf.KernelFunc => stockKernel(name, 'wasm');
  return {
    [AdamUpdate]: adamUpdateKernel,
    [BatchNorm]: batchNormKernel,
    [BatchNormGrad]: batchNormGradKernel,
    [BatchNormInference]: batchNormInferenceKernel,
    [Conv2D]: conv2d(stock(tf.Conv2D)),
    [Dropout]: dropoutKernel,
    [ImageBatch]: imageBatchKernel,
    [SgdUpdate]: sgdUpdateKernel,
    [SoftmaxCrossEntropy]: softmaxCrossEntropyKernel,
    [Tally]: tallyKernel,
    [tf.AvgPoolGrad]: avgPoolGrad,
    [tf.BatchMatMul]: matMul(stock(tf.BatchMatMul)),
    [tf._FusedMatMul]: matMul(stock(tf._FusedMatMul)),
    [tf.Conv2D]: conv2d(stock(tf.Conv2D)),
    [tf.FusedConv2D]: conv2d(stock(tf.FusedConv2D)),
    [tf.Conv2DBackpropFilter]: conv2dBackpropFilter,
    [tf.Conv2DBackpropInput]: conv2dBackpropInput,
    [tf.Identity]: identity,
    [tf.MaxPoolGrad]: maxPoolGrad,
    [tf.Sum]: sumLeadingAxes(stock(tf.Sum)),
    [tf.Tile]: tileRows(stock(tf.Tile)),
    [tf.UnsortedSegmentSum]: unsortedSegmentSum,
  };
}
