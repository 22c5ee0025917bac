import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import { kernel } from '../kernel-table.ts';
import type { Conv2DGeometry, Shape4D } from './geometry.ts';
import { allocate, floats } from './heap.ts';

type PoolInfo = ReturnType<typeof backend_util.computePool2DInfo>;

/**
 * The gradient of max pooling: each window's dY goes to its first maximum in row order. The stock kernel is wrong where
 * a window's maximum is not positive: of [−4, −3, −2, −1] it names the first.
 */
export const maxPoolGrad = kernel<
  { dy: TensorInfo; input: TensorInfo },
  Conv2DGeometry & { filterSize: [number, number] | number },
  BackendWasm
>(({ inputs: { dy, input }, attrs: { filterSize, strides, pad, dimRoundingMode }, backend }) => {
  const info = backend_util.computePool2DInfo(input.shape as Shape4D, filterSize, strides, 1, pad, dimRoundingMode);
  const result = allocate(backend, input.shape);
  const gradient = floats(backend, result);
  gradient.fill(0);
  if (isTwoByTwo(info)) poolTwoByTwo(floats(backend, input), floats(backend, dy), gradient, info);
  else poolAnyWindow(floats(backend, input), floats(backend, dy), gradient, info);
  return result;
});

function isTwoByTwo(info: PoolInfo): boolean {
  const { top, bottom, left, right } = info.padInfo;
  const sizes = [info.filterHeight, info.filterWidth, info.strideHeight, info.strideWidth];
  return sizes.every((size) => size === 2) && [top, bottom, left, right].every((margin) => margin <= 0);
}

/**
 * Windows of 2×2 that do not overlap. Which of four numbers is the largest cannot be predicted, so it is worked out
 * without a branch (a comparison as a number, 0 or 1, times an offset), which halves the time.
 */
function poolTwoByTwo(x: Float32Array, dy: Float32Array, gradient: Float32Array, info: PoolInfo): void {
  const { batchSize, inHeight, inWidth, outHeight, outWidth, inChannels } = info;
  const row = inWidth * inChannels;
  let source = 0;
  for (let image = 0; image < batchSize; image++) {
    for (let i = 0; i < outHeight; i++) {
      for (let j = 0; j < outWidth; j++) {
        let corner = ((image * inHeight + 2 * i) * inWidth + 2 * j) * inChannels;
        for (let channel = 0; channel < inChannels; channel++, corner++, source++) {
          const below = corner + row;
          const upper = corner + isGreater(x[corner + inChannels], x[corner]) * inChannels;
          const lower = below + isGreater(x[below + inChannels], x[below]) * inChannels;
          gradient[upper + isGreater(x[lower], x[upper]) * (lower - upper)] = dy[source] as number;
        }
      }
    }
  }
}

const isGreater = (one: number | undefined, other: number | undefined): number =>
  Number((one as number) > (other as number)) | 0;

function poolAnyWindow(x: Float32Array, dy: Float32Array, gradient: Float32Array, info: PoolInfo): void {
  const { batchSize, inHeight, inWidth, outHeight, outWidth, inChannels, strideHeight, strideWidth } = info;
  let source = 0;
  for (let image = 0; image < batchSize; image++) {
    for (let i = 0; i < outHeight; i++) {
      const top = i * strideHeight - info.padInfo.top;
      for (let j = 0; j < outWidth; j++) {
        const left = j * strideWidth - info.padInfo.left;
        for (let channel = 0; channel < inChannels; channel++, source++) {
          let at = -1;
          for (let y = Math.max(0, top); y < Math.min(inHeight, top + info.filterHeight); y++) {
            for (let z = Math.max(0, left); z < Math.min(inWidth, left + info.filterWidth); z++) {
              const here = ((image * inHeight + y) * inWidth + z) * inChannels + channel;
              if (at < 0 || (x[here] as number) > (x[at] as number)) at = here;
            }
          }
          if (at >= 0) gradient[at] = (gradient[at] as number) + (dy[source] as number);
        }
      }
    }
  }
}
