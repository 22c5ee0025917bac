import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type DropoutAttributes, keeps } from '../../ops/dropout.ts';
import { kernel } from '../kernel-table.ts';
import { allocate, floats } from './heap.ts';

export const dropoutKernel = kernel<{ x: TensorInfo }, DropoutAttributes, BackendWasm>(({ inputs, attrs, backend }) => {
  const output = allocate(backend, inputs.x.shape);
  const x = floats(backend, inputs.x);
  const y = floats(backend, output);
  const factor = 1 / (1 - attrs.rate);
  for (let at = 0; at < x.length; at++) y[at] = keeps(at, attrs) ? (x[at] as number) * factor : 0;
  return output;
});
