import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { type DropoutAttributes, keeps } from '../../ops/dropout.ts';
import { kernel } from '../kernel-table.ts';
import { compute, T, type TensorflowBackend } from './binding.ts';

/** Dropout with a mask from JavaScript; TensorFlow would need a dozen calls for it. */
export const dropoutKernel = kernel<{ x: TensorInfo }, DropoutAttributes, TensorflowBackend>(
  ({ inputs: { x }, attrs, backend }) => {
    const factor = 1 / (1 - attrs.rate);
    const mask = new Float32Array(util.sizeFromShape(x.shape));
    for (let index = 0; index < mask.length; index++) if (keeps(index, attrs)) mask[index] = factor;
    return compute(backend, (calls) => [calls.run('Mul', [x, calls.constant(mask, x.shape)], [T])]);
  },
);
