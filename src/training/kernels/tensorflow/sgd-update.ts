import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { SgdUpdateAttributes } from '../../ops/sgd-update.ts';
import { kernel } from '../kernel-table.ts';
import { withPenalty } from './adam-update.ts';
import { compute, type Operand, T, type TensorflowBackend } from './binding.ts';

type Inputs = Readonly<Record<'weights' | 'gradient' | 'velocity', TensorInfo>>;

export const sgdUpdateKernel = kernel<Inputs, SgdUpdateAttributes, TensorflowBackend>(({ inputs, attrs, backend }) =>
  compute(backend, (calls) => {
    const { weights, gradient, velocity } = inputs;
    const { learningRate, momentum, taken, weightDecay, nesterov } = attrs;
    const add = (a: Operand, b: Operand) => calls.run('AddV2', [a, b], [T]);
    const times = (a: Operand, factor: number) => calls.run('Mul', [a, calls.scalar(factor)], [T]);
    const g = weightDecay === 0 ? gradient : withPenalty(calls, gradient, weights, weightDecay);
    const next = add(times(velocity, momentum), times(g, taken));
    const change = nesterov ? add(g, times(next, momentum)) : next;
    return [add(weights, times(change, -learningRate)), next];
  }),
);
