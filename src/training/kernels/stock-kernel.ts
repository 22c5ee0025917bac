import { getKernel, type KernelFunc } from '@tensorflow/tfjs-core';

/** The kernel that a backend itself registered under `name`; to be called before it is replaced. */
export function stockKernel(name: string, backendName: string): KernelFunc {
  const config = getKernel(name, backendName);
  if (!config) throw new Error(`tfjs's backend ${backendName} has no kernel ${name}`);
  return config.kernelFunc;
}
