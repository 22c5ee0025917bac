import { cacheFolder } from '../cache-folder.ts';

/** The name of a build of tfjs-node, and the folder where `hpo setup` puts it. */
export interface NativePackage {
  readonly name: string;
  readonly folder: string;
}

/** The build for NVIDIA GPUs, or the one for CPUs. */
export function nativePackage(kind: 'gpu' | 'native'): NativePackage {
  const suffix = kind === 'gpu' ? '-gpu' : '';
  return { name: `@tensorflow/tfjs-node${suffix}`, folder: cacheFolder('backends', kind) };
}
