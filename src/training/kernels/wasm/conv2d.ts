import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { backend_util, type KernelFunc, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { kernel } from '../kernel-table.ts';
import { type ActivationAttributes, activate } from './activation.ts';
import { type Conv2DGeometry, type Shape4D, setGeometry } from './geometry.ts';
import { address, allocate, withScratch } from './heap.ts';
import { simdKernels } from './simd-kernels.ts';

interface Conv2DInputs {
  readonly x: TensorInfo;
  readonly filter: TensorInfo;
  /** Set by the training op and FusedConv2D only, as is every field below. */
  readonly bias?: TensorInfo;
  readonly preluActivationWeights?: TensorInfo;
}

interface Conv2DAttributes extends Conv2DGeometry, ActivationAttributes {
  readonly dilations?: [number, number] | number;
  readonly dataFormat?: 'NHWC' | 'NCHW';
}

/**
 * Conv2D, FusedConv2D, or the training op. It takes from a third to nine tenths of XNNPACK's time in training (batches
 * of 16 and more, 8×8 to 32×32, 1 to 512 channels), and a microsecond or two more on a single pixel.
 *
 * @param stock the stock kernel, which still does dilated convolutions, and refuses channels that come first.
 */
export function conv2d(stock: KernelFunc): KernelFunc {
  return kernel<Conv2DInputs, Conv2DAttributes, BackendWasm>(({ inputs, attrs, backend }) => {
    const { x, filter, bias, preluActivationWeights } = inputs;
    const { strides, pad, dimRoundingMode, dilations = 1, dataFormat = 'NHWC' } = attrs;
    const [xShape, filterShape] = [x.shape, filter.shape] as [Shape4D, Shape4D];
    if (!isOne(dilations) || dataFormat !== 'NHWC') {
      return stock({ inputs: { ...inputs }, backend, attrs: { ...attrs } }) as TensorInfo;
    }
    const info = backend_util.computeConv2DInfo(xShape, filterShape, strides, 1, pad, dimRoundingMode);
    const y = allocate(backend, info.outShape);
    if (util.sizeFromShape(info.outShape) === 0) return y;
    const kernels = simdKernels(backend);
    setGeometry(kernels, info);
    withScratch(backend, kernels.convolveScratch(), (scratch) =>
      kernels.convolve({
        x: address(backend, x),
        filter: address(backend, filter),
        bias: bias ? address(backend, bias) : 0,
        y: address(backend, y),
        scratch,
      }),
    );
    return activate(backend, y, attrs, preluActivationWeights);
  });
}

const isOne = (dilations: [number, number] | number): boolean => [dilations].flat().every((size) => size === 1);
