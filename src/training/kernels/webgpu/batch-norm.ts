import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { BatchNormAttributes } from '../../ops/batch-norm.ts';
import { kernel } from '../kernel-table.ts';
import {
  channelGradients,
  gradientSums,
  inputGradient,
  normalise,
  shiftedSums,
  statistics,
} from './batch-norm-programs.ts';
import { allocate, type Call, dispatch, groupsFor } from './dispatch.ts';
import { threads } from './program.ts';
import { slicesOf } from './row-slices.ts';

type Infos<Names extends string> = Readonly<Record<Names, TensorInfo>>;
type ForwardInputs = Infos<'x' | 'scale' | 'shift' | 'movingMean' | 'movingVariance'>;

/** The workgroups into which a matrix of rows and channels is cut. */
function layout({ x, scale }: Infos<'x' | 'scale'>) {
  const channels = util.sizeFromShape(scale.shape);
  const size = util.sizeFromShape(x.shape);
  const rows = size / channels;
  const slices = slicesOf(rows);
  const sliced: Call['groups'] = [slices, Math.ceil(channels / threads), 1];
  return { channels, size, rows, slices, sliced, each: groupsFor(size) };
}

export const batchNormKernel = kernel<ForwardInputs, BatchNormAttributes, WebGPUBackend>(
  ({ inputs, attrs, backend }) => {
    const { x, scale, movingMean, movingVariance } = inputs;
    const { channels, rows, slices, sliced } = layout(inputs);
    const partial = allocate(backend, [2, channels, slices]);
    dispatch(backend, shiftedSums, { inputs: [x], outputs: [partial], uniforms: [rows, channels], groups: sliced });
    const figures = Array.from({ length: 4 }, () => allocate(backend, scale.shape));
    dispatch(backend, statistics, {
      inputs: [x, partial, movingMean, movingVariance],
      outputs: figures,
      uniforms: [rows, channels, slices, attrs.epsilon, attrs.momentum],
      groups: [channels, 1, 1],
    });
    backend.disposeData(partial.dataId);
    const [mean, inverse] = figures as [TensorInfo, TensorInfo];
    return [normalised(backend, inputs, [mean, inverse], attrs, false), ...figures];
  },
);

export const batchNormGradKernel = kernel<
  Infos<'dy' | 'x' | 'scale' | 'shift' | 'mean' | 'inverseDeviation'>,
  BatchNormAttributes,
  WebGPUBackend
>(({ inputs, attrs: { activation }, backend }) => {
  const { dy, x, scale, shift, mean, inverseDeviation } = inputs;
  const { channels, size, rows, slices, sliced, each } = layout(inputs);
  const isRectified = Number(activation === 'relu');
  const partial = allocate(backend, [2, channels, slices]);
  dispatch(backend, gradientSums, {
    inputs: [dy, x, scale, shift, mean, inverseDeviation],
    outputs: [partial],
    uniforms: [rows, channels, isRectified],
    groups: sliced,
  });
  const [dScale, dShift, gathered] = [scale.shape, scale.shape, [channels, 6]].map((shape) =>
    allocate(backend, shape),
  ) as [TensorInfo, TensorInfo, TensorInfo];
  dispatch(backend, channelGradients, {
    inputs: [partial, scale, shift, mean, inverseDeviation],
    outputs: [dScale, dShift, gathered],
    uniforms: [rows, channels, slices],
    groups: [channels, 1, 1],
  });
  const dx = allocate(backend, x.shape);
  dispatch(backend, inputGradient, {
    inputs: [dy, x, gathered],
    outputs: [dx],
    uniforms: [size, channels, isRectified],
    groups: each,
  });
  for (const { dataId } of [partial, gathered]) backend.disposeData(dataId);
  return [dx, dScale, dShift];
});

export const batchNormInferenceKernel = kernel<ForwardInputs, BatchNormAttributes, WebGPUBackend>(
  ({ inputs, attrs, backend }) => normalised(backend, inputs, [inputs.movingMean, inputs.movingVariance], attrs, true),
);

/** @param isVariance whether the second of the statistics is the variance, and not 1 / √(variance + ε). */
function normalised(
  backend: WebGPUBackend,
  inputs: Infos<'x' | 'scale' | 'shift'>,
  statistics: readonly [TensorInfo, TensorInfo],
  { epsilon, activation }: BatchNormAttributes,
  isVariance: boolean,
): TensorInfo {
  const { x, scale, shift } = inputs;
  const { channels, size, each } = layout(inputs);
  const y = allocate(backend, x.shape);
  dispatch(backend, normalise, {
    inputs: [x, scale, shift, ...statistics],
    outputs: [y],
    uniforms: [size, channels, epsilon, Number(isVariance), Number(activation === 'relu')],
    groups: each,
  });
  return y;
}
