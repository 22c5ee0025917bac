import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { SoftmaxCrossEntropyAttributes } from '../../ops/softmax-cross-entropy.ts';
import { kernel } from '../kernel-table.ts';
import { allocate, floats, integers } from './heap.ts';

export const softmaxCrossEntropyKernel = kernel<
  { logits: TensorInfo; labels: TensorInfo },
  SoftmaxCrossEntropyAttributes,
  BackendWasm
>(({ inputs, attrs: { smoothing }, backend }) => {
  const [count, classes] = inputs.logits.shape as [number, number];
  const outputs = [allocate(backend, []), allocate(backend, [count, classes])] as const;
  const logits = floats(backend, inputs.logits);
  const labels = integers(backend, inputs.labels);
  const gradient = floats(backend, outputs[1]);
  const [spread, whole] = [smoothing / classes, 1 - smoothing];
  let total = 0;
  for (let row = 0; row < count; row++) {
    const values = logits.subarray(row * classes, (row + 1) * classes);
    const label = labels[row] as number;
    const max = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    const sum = values.reduce((partial, value) => partial + Math.exp(value - max), 0);
    for (let at = 0; at < classes; at++) {
      const probability = Math.exp((values[at] as number) - max) / sum;
      gradient[row * classes + at] = (probability - (at === label ? whole + spread : spread)) / count;
    }
    const target = values[label] as number;
    const others = smoothing === 0 ? 0 : spread * values.reduce((partial, value) => partial + (value - target), 0);
    total += max + Math.log(sum) - target - others;
  }
  floats(backend, outputs[0])[0] = total / count;
  return [...outputs];
});
