import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { BatchNormAttributes } from '../../ops/batch-norm.ts';
import { kernel } from '../kernel-table.ts';
import { address, allocate, withScratch } from './heap.ts';
import type { Address, SimdKernels } from './module-exports.ts';
import { simdKernels } from './simd-kernels.ts';

type Infos<Names extends string> = Readonly<Record<Names, TensorInfo>>;
type ForwardInputs = Infos<'x' | 'scale' | 'shift' | 'movingMean' | 'movingVariance'>;

/** The arguments that all three kernels take. */
interface SharedArguments {
  readonly x: Address;
  /** The rows of x as a matrix. */
  readonly rows: number;
  readonly channels: number;
  readonly scale: Address;
  readonly shift: Address;
  readonly isRectified: boolean;
  readonly scratch: Address;
}

/** Runs `use` with the SIMD kernels and the arguments that all three take; the scratch memory is freed afterwards. */
function withArguments(
  backend: BackendWasm,
  { x, scale, shift }: Infos<'x' | 'scale' | 'shift'>,
  { activation }: BatchNormAttributes,
  use: (kernels: SimdKernels, shared: SharedArguments) => void,
): void {
  const channels = util.sizeFromShape(scale.shape);
  const rows = util.sizeFromShape(x.shape) / channels;
  const isRectified = activation === 'relu';
  const kernels = simdKernels(backend);
  const given = { x: address(backend, x), scale: address(backend, scale), shift: address(backend, shift) };
  withScratch(backend, kernels.batchNormScratch({ channels }), (scratch) =>
    use(kernels, { ...given, rows, channels, isRectified, scratch }),
  );
}

export const batchNormKernel = kernel<ForwardInputs, BatchNormAttributes, BackendWasm>(({ inputs, attrs, backend }) => {
  const { x, scale, movingMean, movingVariance } = inputs;
  const outputs = [x, scale, scale, scale, scale].map(({ shape }) => allocate(backend, shape));
  const at = (tensor: TensorInfo): Address => address(backend, tensor);
  const [y, mean, inverse, newMean, newVariance] = outputs.map(at) as [Address, Address, Address, Address, Address];
  withArguments(backend, inputs, attrs, (kernels, shared) =>
    kernels.batchNorm({
      ...shared,
      y,
      oldMean: at(movingMean),
      oldVariance: at(movingVariance),
      epsilon: attrs.epsilon,
      momentum: attrs.momentum,
      mean,
      inverse,
      newMean,
      newVariance,
    }),
  );
  return outputs;
});

export const batchNormGradKernel = kernel<
  Infos<'dy' | 'x' | 'scale' | 'shift' | 'mean' | 'inverseDeviation'>,
  BatchNormAttributes,
  BackendWasm
>(({ inputs, attrs, backend }) => {
  const { dy, x, scale, mean, inverseDeviation } = inputs;
  const outputs = [x, scale, scale].map(({ shape }) => allocate(backend, shape));
  const at = (tensor: TensorInfo): Address => address(backend, tensor);
  const [dx, dScale, dShift] = outputs.map(at) as [Address, Address, Address];
  withArguments(backend, inputs, attrs, (kernels, shared) =>
    kernels.batchNormGradient({
      ...shared,
      dy: at(dy),
      dx,
      mean: at(mean),
      inverse: at(inverseDeviation),
      dScale,
      dShift,
    }),
  );
  return outputs;
});

export const batchNormInferenceKernel = kernel<ForwardInputs, BatchNormAttributes, BackendWasm>(
  ({ inputs, attrs, backend }) => {
    const y = allocate(backend, inputs.x.shape);
    withArguments(backend, inputs, attrs, (kernels, shared) =>
      kernels.batchNormInference({
        ...shared,
        y: address(backend, y),
        mean: address(backend, inputs.movingMean),
        variance: address(backend, inputs.movingVariance),
        epsilon: attrs.epsilon,
      }),
    );
    return y;
  },
);
