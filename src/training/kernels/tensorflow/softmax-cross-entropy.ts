import type { TensorInfo } from '@tensorflow/tfjs-core';
import { kernel } from '../kernel-table.ts';
import { compute, dataType, type Handle, T, type TensorflowBackend, type } from './binding.ts';

export const softmaxCrossEntropyKernel = kernel<{ logits: TensorInfo; labels: TensorInfo }, unknown, TensorflowBackend>(
  ({ inputs: { logits, labels }, backend }) =>
    compute(backend, (calls) => {
      const operation = 'SparseSoftmaxCrossEntropyWithLogits';
      const attributes = [T, type('Tlabels', dataType.int32)];
      const [losses, gradients] = calls.runAll(operation, [logits, labels], attributes, 2) as [Handle, Handle];
      const share = calls.scalar(1 / (logits.shape[0] as number));
      const rows = calls.integers([0]);
      const loss = calls.run('Mean', [losses, rows], [T, type('Tidx', dataType.int32)]);
      return [loss, calls.run('Mul', [gradients, share], [T])];
    }),
);
