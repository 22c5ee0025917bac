import * as tf from '@tensorflow/tfjs-core';
import { batchNormGradient, batchNormInferenceGradient } from '../ops/batch-norm.ts';
import { conv2dGradient } from '../ops/conv2d.ts';
import { Dropout, dropoutGradient } from '../ops/dropout.ts';
import { softmaxCrossEntropyGradient } from '../ops/softmax-cross-entropy.ts';
import { composedKernels } from './composed/index.ts';
import type { KernelTable } from './kernel-table.ts';
import { tensorflowKernels } from './tensorflow/index.ts';
import { wasmKernels } from './wasm/index.ts';
import { webgpuKernels } from './webgpu/index.ts';

/** The backends with kernels of their own; all others get the composed ones. */
const tables: Readonly<Record<string, () => KernelTable>> = {
  tensorflow: tensorflowKernels,
  wasm: wasmKernels,
  webgpu: webgpuKernels,
};

const gradients = [
  batchNormGradient,
  batchNormInferenceGradient,
  conv2dGradient,
  dropoutGradient,
  softmaxCrossEntropyGradient,
];

/**
 * Registers the training ops' kernels for a loaded backend, and their gradients. A second call changes nothing; tfjs
 * keeps its registry on the global object, so this holds for a second copy of this module, too.
 */
export function registerKernels(backendName: string): void {
  if (tf.getKernel(Dropout, backendName)) return;
  const table = tables[backendName]?.() ?? composedKernels;
  for (const [kernelName, kernelFunc] of Object.entries(table)) {
    if (tf.getKernel(kernelName, backendName)) tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel({ kernelName, backendName, kernelFunc });
  }
  for (const gradient of gradients) if (!tf.getGradient(gradient.kernelName)) tf.registerGradient(gradient);
}
