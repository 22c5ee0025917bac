import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { UnpackAttributes } from '../../ops/pack.ts';
import { kernel } from '../kernel-table.ts';
import { compute, dataType, integer, T, type TensorflowBackend, type } from './binding.ts';

export const packKernel = kernel<readonly TensorInfo[], unknown, TensorflowBackend>(({ inputs, backend }) =>
  compute(backend, (calls) => {
    const vectors = inputs.map((x) => (x.shape.length === 1 ? x : calls.reshape(x, [-1])));
    const axis = calls.constant(Int32Array.of(0), []);
    const attributes = [T, integer('N', vectors.length), type('Tidx', dataType.int32)];
    return [calls.run('ConcatV2', [...vectors, axis], attributes)];
  }),
);

export const unpackKernel = kernel<{ x: TensorInfo }, UnpackAttributes, TensorflowBackend>(
  ({ inputs: { x }, attrs: { shapes }, backend }) =>
    compute(backend, (calls) => {
      const sizes = calls.integers(shapes.map((shape) => util.sizeFromShape([...shape])));
      const axis = calls.constant(Int32Array.of(0), []);
      const attributes = [T, integer('num_split', shapes.length), type('Tlen', dataType.int32)];
      const parts = calls.runAll('SplitV', [x, sizes, axis], attributes, shapes.length);
      return parts.map((part, at) => {
        const shape = shapes[at] as readonly number[];
        return shape.length === 1 ? part : calls.reshape(part, shape);
      });
    }),
);
