import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { SoftmaxCrossEntropyAttributes } from '../../ops/softmax-cross-entropy.ts';
import { kernel } from '../kernel-table.ts';
import { type Calls, compute, dataType, type Handle, integer, T, type TensorflowBackend, type } from './binding.ts';

export const softmaxCrossEntropyKernel = kernel<
  { logits: TensorInfo; labels: TensorInfo },
  SoftmaxCrossEntropyAttributes,
  TensorflowBackend
>(({ inputs: { logits, labels }, attrs: { smoothing }, backend }) =>
  compute(backend, (calls) => {
    const [losses, gradients] =
      smoothing === 0 ? sparse(calls, logits, labels) : smoothed(calls, logits, labels, smoothing);
    const share = calls.scalar(1 / (logits.shape[0] as number));
    const rows = calls.integers([0]);
    const loss = calls.run('Mean', [losses, rows], [T, type('Tidx', dataType.int32)]);
    return [loss, calls.run('Mul', [gradients, share], [T])];
  }),
);

/** The loss of each row, and its gradient. */
type Losses = readonly [losses: Handle, gradients: Handle];

function sparse(calls: Calls, logits: TensorInfo, labels: TensorInfo): Losses {
  const attributes = [T, type('Tlabels', dataType.int32)];
  return calls.runAll('SparseSoftmaxCrossEntropyWithLogits', [logits, labels], attributes, 2) as [Handle, Handle];
}

function smoothed(calls: Calls, logits: TensorInfo, labels: TensorInfo, smoothing: number): Losses {
  const classes = logits.shape[1] as number;
  const spread = smoothing / classes;
  const depth = calls.constant(Int32Array.of(classes), []);
  const values = [calls.scalar(1 - smoothing + spread), calls.scalar(spread)];
  const attributes = [T, type('TI', dataType.int32), integer('axis', -1)];
  const targets = calls.run('OneHot', [labels, depth, ...values], attributes);
  return calls.runAll('SoftmaxCrossEntropyWithLogits', [logits, targets], [T], 2) as [Handle, Handle];
}
