import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BatchNormAttributes } from '../../ops/batch-norm.ts';
import { kernel } from '../kernel-table.ts';
import {
  type Calls,
  compute,
  dataType,
  flag,
  float,
  type Handle,
  type OpAttribute,
  T,
  type TensorflowBackend,
  text,
  type,
} from './binding.ts';

type Infos<Names extends string> = Readonly<Record<Names, TensorInfo>>;
type ForwardInputs = Infos<'x' | 'scale' | 'shift' | 'movingMean' | 'movingVariance'>;
type GradientInputs = Infos<'dy' | 'x' | 'scale' | 'y' | 'mean' | 'inverseDeviation' | 'reserve'>;

/** The outputs of FusedBatchNormV3: y, the running statistics, and three values for its gradient. */
type Outputs = [y: Handle, mean: Handle, variance: Handle, saved: Handle, savedToo: Handle, reserve: Handle];

/**
 * Batch normalisation in training. The mean and the inverse deviation have a form of TensorFlow's own, which its
 * gradient takes.
 */
export const batchNormKernel = kernel<ForwardInputs, BatchNormAttributes, TensorflowBackend>(
  ({ inputs, attrs, backend }) => {
    const averaging = [flag('is_training', true), float('exponential_avg_factor', attrs.momentum)];
    return compute(backend, (calls) => {
      const [normal, mean, variance, saved, savedToo, reserve] = normalise(calls, inputs, attrs, averaging);
      const y = attrs.activation === 'relu' ? calls.run('Relu', [normal], [T]) : normal;
      return [shapedAs(calls, y, inputs.x), saved, savedToo, mean, variance, reserve];
    });
  },
);

export const batchNormGradKernel = kernel<GradientInputs, BatchNormAttributes, TensorflowBackend>(
  ({ inputs: { dy, x, scale, y, mean, inverseDeviation, reserve }, attrs, backend }) =>
    compute(backend, (calls) => {
      const dz = asImages(calls, attrs.activation === 'relu' ? calls.run('ReluGrad', [dy, y], [T]) : dy);
      const operands = [dz, asImages(calls, x), scale, mean, inverseDeviation, reserve];
      const attributes = [...common, float('epsilon', attrs.epsilon), flag('is_training', true)];
      const [dx, dScale, dShift] = calls.runAll('FusedBatchNormGradV3', operands, attributes, 5) as Outputs;
      return [shapedAs(calls, dx, x), dScale, dShift];
    }),
);

export const batchNormInferenceKernel = kernel<ForwardInputs, BatchNormAttributes, TensorflowBackend>(
  ({ inputs, attrs, backend }) =>
    compute(backend, (calls) => {
      const [normal] = normalise(calls, inputs, attrs, [flag('is_training', false)]);
      const y = attrs.activation === 'relu' ? calls.run('Relu', [normal], [T]) : normal;
      return [shapedAs(calls, y, inputs.x)];
    }),
);

const common: readonly OpAttribute[] = [T, type('U', dataType.float32), text('data_format', 'NHWC')];

function normalise(
  calls: Calls,
  { x, scale, shift, movingMean, movingVariance }: ForwardInputs,
  { epsilon }: Pick<BatchNormAttributes, 'epsilon'>,
  attributes: readonly OpAttribute[],
): Outputs {
  const operands = [asImages(calls, x), scale, shift, movingMean, movingVariance];
  return calls.runAll(
    'FusedBatchNormV3',
    operands,
    [...common, float('epsilon', epsilon), ...attributes],
    6,
  ) as Outputs;
}

/** A tensor with four axes, as the operations take it. */
function asImages(calls: Calls, x: TensorInfo | Handle): TensorInfo | Handle {
  const [rows, channels] = [x.shape[0] as number, x.shape.at(-1) as number];
  return x.shape.length === 4 ? x : calls.reshape(x, [rows, 1, 1, channels]);
}

const shapedAs = (calls: Calls, y: Handle, { shape }: TensorInfo): Handle =>
  shape.length === 4 ? y : calls.reshape(y, shape);
