import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { BatchNormAttributes } from '../../ops/batch-norm.ts';
import { kernel } from '../kernel-table.ts';
import { address, allocate, withScratch } from './heap.ts';
import { simdKernels } from './simd-kernels.ts';

type Infos<Names extends string> = Readonly<Record<Names, TensorInfo>>;
type ForwardInputs = Infos<'x' | 'scale' | 'shift' | 'movingMean' | 'movingVariance'>;

/** Rows and channels of x as a matrix. */
function matrixSize({ x, scale }: Infos<'x' | 'scale'>): [rows: number, channels: number] {
  const channels = util.sizeFromShape(scale.shape);
  return [util.sizeFromShape(x.shape) / channels, channels];
}

export const batchNormKernel = kernel<ForwardInputs, BatchNormAttributes, BackendWasm>(
  ({ inputs, attrs: { epsilon, momentum, activation }, backend }) => {
    const { x, scale, shift, movingMean, movingVariance } = inputs;
    const [rows, channels] = matrixSize(inputs);
    const outputs = [x, scale, scale, scale, scale].map(({ shape }) => allocate(backend, shape));
    const at = (tensor: TensorInfo): number => address(backend, tensor);
    const [y, mean, inverse, newMean, newVariance] = outputs.map(at) as [number, number, number, number, number];
    const isRectified = activation === 'relu';
    const kernels = simdKernels(backend);
    withScratch(backend, kernels.batchNormScratch(channels), (scratch) =>
      kernels.batchNorm(
        at(x),
        y,
        rows,
        channels,
        at(scale),
        at(shift),
        at(movingMean),
        at(movingVariance),
        epsilon,
        momentum,
        isRectified,
        mean,
        inverse,
        newMean,
        newVariance,
        scratch,
      ),
    );
    return outputs;
  },
);

export const batchNormGradKernel = kernel<
  Infos<'dy' | 'x' | 'scale' | 'shift' | 'mean' | 'inverseDeviation'>,
  BatchNormAttributes,
  BackendWasm
>(({ inputs, attrs, backend }) => {
  const { dy, x, scale, shift, mean, inverseDeviation } = inputs;
  const [rows, channels] = matrixSize(inputs);
  const outputs = [x, scale, scale].map(({ shape }) => allocate(backend, shape));
  const at = (tensor: TensorInfo): number => address(backend, tensor);
  const [dx, dScale, dShift] = outputs.map(at) as [number, number, number];
  const isRectified = attrs.activation === 'relu';
  const kernels = simdKernels(backend);
  withScratch(backend, kernels.batchNormScratch(channels), (scratch) =>
    kernels.batchNormGradient(
      at(dy),
      at(x),
      dx,
      rows,
      channels,
      at(scale),
      at(shift),
      at(mean),
      at(inverseDeviation),
      isRectified,
      dScale,
      dShift,
      scratch,
    ),
  );
  return outputs;
});

export const batchNormInferenceKernel = kernel<ForwardInputs, BatchNormAttributes, BackendWasm>(
  ({ inputs, attrs: { epsilon, activation }, backend }) => {
    const { x, scale, shift, movingMean, movingVariance } = inputs;
    const [rows, channels] = matrixSize(inputs);
    const y = allocate(backend, x.shape);
    const at = (tensor: TensorInfo): number => address(backend, tensor);
    const kernels = simdKernels(backend);
    withScratch(backend, kernels.batchNormScratch(channels), (scratch) =>
      kernels.batchNormInference(
        at(x),
        at(y),
        rows,
        channels,
        at(scale),
        at(shift),
        at(movingMean),
        at(movingVariance),
        epsilon,
        activation === 'relu',
        scratch,
      ),
    );
    return y;
  },
);
