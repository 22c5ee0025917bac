import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { AdamUpdateAttributes } from '../../ops/adam-update.ts';
import { kernel } from '../kernel-table.ts';
import {
  type Calls,
  compute,
  dataType,
  dimensions,
  type Handle,
  T,
  type TensorflowBackend,
  text,
  type,
} from './binding.ts';

type Inputs = Readonly<Record<'weights' | 'gradient' | 'm' | 'v', TensorInfo>>;

/**
 * Adam's step by TensorFlow's own operation, one pass over all four. It writes into resource variables, which are made
 * from the inputs; TensorFlow copies their memory before it writes. Its ε counts before the correction of the bias, and
 * it would compute the correction in float32, so the rate and ε are corrected here.
 */
export const adamUpdateKernel = kernel<Inputs, AdamUpdateAttributes, TensorflowBackend>(
  ({ inputs: { weights, gradient, m, v }, attrs, backend }) =>
    compute(backend, (calls) => {
      const { learningRate, beta1, beta2, epsilon, weightDecay, step } = attrs;
      const correction = Math.sqrt(1 - beta2 ** step);
      const rate = (learningRate * correction) / (1 - beta1 ** step);
      const variables = [weights, m, v].map((tensor) => variableOf(calls, tensor));
      const numbers = [0, 0, rate, beta1, beta2, epsilon * correction].map((value) => calls.scalar(value));
      const penalised = weightDecay === 0 ? gradient : withPenalty(calls, gradient, weights, weightDecay);
      calls.runAll('ResourceApplyAdam', [...variables, ...numbers, penalised], [T], 0);
      const results = variables.map((variable) =>
        calls.run('ReadVariableOp', [variable], [type('dtype', dataType.float32)]),
      );
      for (const variable of variables) calls.runAll('DestroyResourceOp', [variable], [], 0);
      return results;
    }),
);

/** The gradient plus that of the L2 penalty. */
export function withPenalty(calls: Calls, gradient: TensorInfo, weights: TensorInfo, weightDecay: number): Handle {
  return calls.run('AddV2', [gradient, calls.run('Mul', [weights, calls.scalar(weightDecay)], [T])], [T]);
}

/** A resource variable with a tensor's value. In older releases it outlives its handle unless it is destroyed. */
function variableOf(calls: Calls, { shape, ...tensor }: TensorInfo): Handle {
  const dtype = type('dtype', dataType.float32);
  const variable = calls.run('VarHandleOp', [], [dtype, dimensions('shape', shape), text('shared_name', anonymous)]);
  calls.runAll('AssignVariableOp', [variable, { shape, ...tensor }], [dtype], 0);
  return variable;
}

/** The name that marks a resource without a name for TensorFlow. */
const anonymous = 'cd2c89b7-88b7-44c8-ad83-06c2a9158347';
