import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { BatchNormAttributes } from '../../ops/batch-norm.ts';
import { kernel } from '../kernel-table.ts';
import { address, allocate, withScratch } from './heap.ts';
import { type SimdKernels, simdKernels } from './simd-kernels.ts';

type Infos<Names extends string> = Readonly<Record<Names, TensorInfo>>;
type ForwardInputs = Infos<'x' | 'scale' | 'shift' | 'movingMean' | 'movingVariance'>;

/** What the kernels of one call work with. */
interface Call {
  readonly kernels: SimdKernels;
  /** Of x as a matrix. */
  readonly rows: number;
  readonly channels: number;
  readonly isRectified: boolean;
  readonly scratch: number;
  /** Where a tensor's numbers lie. */
  readonly at: (tensor: TensorInfo) => number;
}

function call(
  backend: BackendWasm,
  { x, scale }: Infos<'x' | 'scale'>,
  { activation }: BatchNormAttributes,
  run: (call: Call) => void,
): void {
  const channels = util.sizeFromShape(scale.shape);
  const rows = util.sizeFromShape(x.shape) / channels;
  const isRectified = activation === 'relu';
  const kernels = simdKernels(backend);
  const at = (tensor: TensorInfo): number => address(backend, tensor);
  withScratch(backend, kernels.batchNormScratch(channels), (scratch) =>
    run({ kernels, rows, channels, isRectified, scratch, at }),
  );
}

export const batchNormKernel = kernel<ForwardInputs, BatchNormAttributes, BackendWasm>(({ inputs, attrs, backend }) => {
  const { x, scale, shift, movingMean, movingVariance } = inputs;
  const outputs = [x, scale, scale, scale, scale].map(({ shape }) => allocate(backend, shape));
  call(backend, inputs, attrs, ({ kernels, rows, channels, isRectified, scratch, at }) => {
    const [y, mean, inverse, newMean, newVariance] = outputs.map(at) as [number, number, number, number, number];
    kernels.batchNorm(
      at(x),
      y,
      rows,
      channels,
      at(scale),
      at(shift),
      at(movingMean),
      at(movingVariance),
      attrs.epsilon,
      attrs.momentum,
      isRectified,
      mean,
      inverse,
      newMean,
      newVariance,
      scratch,
    );
  });
  return outputs;
});

export const batchNormGradKernel = kernel<
  Infos<'dy' | 'x' | 'scale' | 'shift' | 'mean' | 'inverseDeviation'>,
  BatchNormAttributes,
  BackendWasm
>(({ inputs, attrs, backend }) => {
  const { dy, x, scale, shift, mean, inverseDeviation } = inputs;
  const outputs = [x, scale, scale].map(({ shape }) => allocate(backend, shape));
  call(backend, inputs, attrs, ({ kernels, rows, channels, isRectified, scratch, at }) => {
    const [dx, dScale, dShift] = outputs.map(at) as [number, number, number];
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
    );
  });
  return outputs;
});

export const batchNormInferenceKernel = kernel<ForwardInputs, BatchNormAttributes, BackendWasm>(
  ({ inputs, attrs, backend }) => {
    const { x, scale, shift, movingMean, movingVariance } = inputs;
    const y = allocate(backend, x.shape);
    call(backend, inputs, attrs, ({ kernels, rows, channels, isRectified, scratch, at }) => {
      const given = [scale, shift, movingMean, movingVariance].map(at) as [number, number, number, number];
      kernels.batchNormInference(at(x), at(y), rows, channels, ...given, attrs.epsilon, isRectified, scratch);
    });
    return y;
  },
);
