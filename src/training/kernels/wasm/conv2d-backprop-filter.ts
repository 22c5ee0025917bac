import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import { kernel } from '../kernel-table.ts';
import type { Conv2DGeometry } from './conv2d-backprop-input.ts';
import { Scratch } from './stock-kernels.ts';

type Shape4D = [number, number, number, number];

/**
 * The gradient of a convolution by its filter, which tfjs-backend-wasm 4.22 lacks, as a convolution: the channels of X
 * become images ([C, H, W, N]), dY becomes the filter ([oh, ow, N, K]), and the forward stride becomes the dilation.
 * The result [C, kh, kw, K] is cut to the filter's size (rows that the forward pass never reached come out beyond it)
 * and transposed to [kh, kw, C, K].
 */
export const conv2dBackpropFilter = kernel<
  { x: TensorInfo; dy: TensorInfo },
  Conv2DGeometry & { filterShape: Shape4D },
  BackendWasm
>(({ inputs: { x, dy }, attrs: { filterShape, strides, pad, dimRoundingMode }, backend }) => {
  const xShape = x.shape as Shape4D;
  const [, outHeight, outWidth] = dy.shape as Shape4D;
  const [filterHeight, filterWidth, inChannels, outChannels] = filterShape;
  const info = backend_util.computeConv2DInfo(xShape, filterShape, strides, 1, pad, dimRoundingMode);
  const { strideHeight, strideWidth, padInfo } = info;
  const bottom = (outHeight - 1) * strideHeight + filterHeight - xShape[1] - padInfo.top;
  const right = (outWidth - 1) * strideWidth + filterWidth - xShape[2] - padInfo.left;
  const scratch = new Scratch(backend);
  const full = scratch.conv2d(
    scratch.transpose(x, [3, 1, 2, 0]),
    scratch.transpose(dy, [1, 2, 0, 3]),
    [
      [padInfo.top, Math.max(0, bottom)],
      [padInfo.left, Math.max(0, right)],
    ],
    [strideHeight, strideWidth],
  );
  const isCut = full.shape[1] === filterHeight && full.shape[2] === filterWidth;
  const cut = isCut ? full : scratch.slice(full, [0, 0, 0, 0], [inChannels, filterHeight, filterWidth, outChannels]);
  const result = scratch.keep(scratch.transpose(cut, [1, 2, 0, 3]));
  scratch.release();
  return result;
});
