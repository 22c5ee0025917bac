import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import { kernel } from '../kernel-table.ts';
import { reshaped } from './heap.ts';
import { Scratch } from './stock-kernels.ts';

type Shape4D = [number, number, number, number];
type Pad = Parameters<typeof backend_util.computeConv2DInfo>[4];

/** What tfjs passes to both gradient kernels of a convolution, beside a shape. */
export interface Conv2DGeometry {
  readonly strides: [number, number] | number;
  readonly pad: Pad;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/**
 * The gradient of a convolution by its input, as a convolution: dY, spread out by the stride with zeros, is convolved
 * at stride 1 with the filter turned by 180° and its channels swapped. With top padding p of the forward pass, the top
 * padding is kh − 1 − p, and the bottom one whatever makes the height come out; a negative padding crops.
 *
 * The stock kernel is a naive loop, seven times slower (facts of 4.22).
 */
export const conv2dBackpropInput = kernel<
  { dy: TensorInfo; filter: TensorInfo },
  Conv2DGeometry & { inputShape: Shape4D },
  BackendWasm
>(({ inputs: { dy, filter }, attrs: { inputShape, strides, pad, dimRoundingMode }, backend }) => {
  const [, height, width] = inputShape;
  const [filterHeight, filterWidth] = filter.shape as Shape4D;
  const info = backend_util.computeConv2DInfo(inputShape, filter.shape as Shape4D, strides, 1, pad, dimRoundingMode);
  const scratch = new Scratch(backend);
  const spread = spreadOut(scratch, dy, info.strideHeight, info.strideWidth);
  const [count, spreadHeight, spreadWidth, channels] = spread.shape as Shape4D;
  const rows = margins(height, spreadHeight, filterHeight, info.padInfo.top);
  const columns = margins(width, spreadWidth, filterWidth, info.padInfo.left);
  const isCropped = [...rows.crop, ...columns.crop].some((size) => size > 0);
  const source = isCropped
    ? scratch.slice(
        spread,
        [0, rows.crop[0], columns.crop[0], 0],
        [count, spreadHeight - rows.crop[0] - rows.crop[1], spreadWidth - columns.crop[0] - columns.crop[1], channels],
      )
    : spread;
  const turned = scratch.transpose(scratch.reverse(filter, [0, 1]), [0, 1, 3, 2]);
  const result = scratch.keep(scratch.conv2d(source, turned, [rows.pad, columns.pad]));
  scratch.release();
  return result;
});

/** dY [N, oh, ow, K] with stride − 1 zeros behind each row and column: [N, oh·sh, ow·sw, K]. */
function spreadOut(scratch: Scratch, dy: TensorInfo, strideHeight: number, strideWidth: number): TensorInfo {
  const [count, height, width, channels] = dy.shape as Shape4D;
  let spread = dy;
  if (strideWidth > 1) {
    const pixels = reshaped(spread, [count * height * width, channels]);
    const padded = scratch.pad(pixels, [
      [0, 0],
      [0, (strideWidth - 1) * channels],
    ]);
    spread = reshaped(padded, [count, height, width * strideWidth, channels]);
  }
  if (strideHeight > 1) {
    const rowSize = width * strideWidth * channels;
    const padded = scratch.pad(reshaped(spread, [count * height, rowSize]), [
      [0, 0],
      [0, (strideHeight - 1) * rowSize],
    ]);
    spread = reshaped(padded, [count, height * strideHeight, width * strideWidth, channels]);
  }
  return spread;
}

/** Padding (or cropping) before and after one axis, so that a `spread` axis under the kernel gives `size` values. */
function margins(
  size: number,
  spread: number,
  kernelSize: number,
  forwardPad: number,
): { pad: [number, number]; crop: [number, number] } {
  const before = kernelSize - 1 - forwardPad;
  const after = size + kernelSize - 1 - spread - before;
  return {
    pad: [Math.max(0, before), Math.max(0, after)],
    crop: [Math.max(0, -before), Math.max(0, -after)],
  };
}
