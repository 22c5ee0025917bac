import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { Multiply, Step, type TensorInfo } from '@tensorflow/tfjs-core';
import type { BatchNormAttributes } from '../../ops/batch-norm.ts';
import { kernel } from '../kernel-table.ts';
import { columnSums, mixColumns, scaleColumns } from './columns.ts';
import { allocate, floats } from './heap.ts';
import { Scratch } from './stock-kernels.ts';

type Infos<Names extends string> = Readonly<Record<Names, TensorInfo>>;
type ForwardInputs = Infos<'x' | 'scale' | 'shift' | 'movingMean' | 'movingVariance'>;

export const batchNormKernel = kernel<ForwardInputs, BatchNormAttributes, BackendWasm>(
  ({ inputs, attrs: { epsilon, momentum, activation }, backend }) => {
    const channels = inputs.scale.shape;
    const outputs = [inputs.x.shape, channels, channels, channels, channels].map((shape) => allocate(backend, shape));
    const [y, mean, inverseDeviation, movingMean, movingVariance] = outputs.map((info) => floats(backend, info)) as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const x = floats(backend, inputs.x);
    const scale = floats(backend, inputs.scale);
    const shift = floats(backend, inputs.shift);
    const oldMean = floats(backend, inputs.movingMean);
    const oldVariance = floats(backend, inputs.movingVariance);
    const rows = x.length / scale.length;
    const { sums, products } = columnSums(x, x, scale.length);
    const factors = new Float64Array(scale.length);
    const offsets = new Float64Array(scale.length);
    for (const [channel, sum] of sums.entries()) {
      const average = sum / rows;
      const variance = Math.max(0, (products[channel] as number) / rows - average * average);
      const unbiased = (variance * rows) / Math.max(rows - 1, 1);
      const inverse = 1 / Math.sqrt(variance + epsilon);
      mean[channel] = average;
      inverseDeviation[channel] = inverse;
      movingMean[channel] = (1 - momentum) * (oldMean[channel] as number) + momentum * average;
      movingVariance[channel] = (1 - momentum) * (oldVariance[channel] as number) + momentum * unbiased;
      factors[channel] = (scale[channel] as number) * inverse;
      offsets[channel] = (shift[channel] as number) - average * (factors[channel] as number);
    }
    scaleColumns(x, y, factors, offsets, activation === 'relu');
    return outputs;
  },
);

export const batchNormGradKernel = kernel<
  Infos<'dy' | 'x' | 'y' | 'scale' | 'mean' | 'inverseDeviation'>,
  BatchNormAttributes,
  BackendWasm
>(({ inputs, attrs, backend }) => {
  const channels = inputs.scale.shape;
  const scratch = new Scratch(backend);
  const dzInfo =
    attrs.activation === 'relu'
      ? scratch.run(Multiply, { a: inputs.dy, b: scratch.run(Step, { x: inputs.y }, { alpha: 0 }) })
      : inputs.dy;
  const outputs = [inputs.x.shape, channels, channels].map((shape) => allocate(backend, shape));
  const [dx, dScale, dShift] = outputs.map((info) => floats(backend, info)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const x = floats(backend, inputs.x);
  const dz = floats(backend, dzInfo);
  const scale = floats(backend, inputs.scale);
  const mean = floats(backend, inputs.mean);
  const inverseDeviation = floats(backend, inputs.inverseDeviation);
  const rows = x.length / scale.length;
  const { sums, products } = columnSums(dz, x, scale.length);
  const p = new Float64Array(scale.length);
  const q = new Float64Array(scale.length);
  const r = new Float64Array(scale.length);
  for (const [channel, sum] of sums.entries()) {
    const inverse = inverseDeviation[channel] as number;
    const average = mean[channel] as number;
    const scaleGradient = inverse * ((products[channel] as number) - average * sum);
    const factor = (scale[channel] as number) * inverse;
    const slope = (-factor * inverse * scaleGradient) / rows;
    dScale[channel] = scaleGradient;
    dShift[channel] = sum;
    p[channel] = factor;
    q[channel] = slope;
    r[channel] = (-factor * sum) / rows - slope * average;
  }
  mixColumns(dz, x, dx, { p, q, r });
  scratch.release();
  return outputs;
});

export const batchNormInferenceKernel = kernel<ForwardInputs, BatchNormAttributes, BackendWasm>(
  ({ inputs, attrs: { epsilon, activation }, backend }) => {
    const output = allocate(backend, inputs.x.shape);
    const scale = floats(backend, inputs.scale);
    const shift = floats(backend, inputs.shift);
    const mean = floats(backend, inputs.movingMean);
    const variance = floats(backend, inputs.movingVariance);
    const factors = Float64Array.from(
      scale,
      (value, channel) => value / Math.sqrt((variance[channel] as number) + epsilon),
    );
    const offsets = Float64Array.from(
      shift,
      (value, channel) => value - (mean[channel] as number) * (factors[channel] as number),
    );
    scaleColumns(floats(backend, inputs.x), floats(backend, output), factors, offsets, activation === 'relu');
    return output;
  },
);
