import { getKernel, type KernelFunc } from '@tensorflow/tfjs-core';

/** The kernel that tfjs-backend-wasm itself registered under `name`; ask before replacing it. */
export function stockKernel(name: string): KernelFunc {
  const config = getKernel(name, 'wasm');
  if (!config) throw new Error(`tfjs-backend-wasm has no kernel ${name}`);
  return config.kernelFunc;
}
