import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { hasFusedArithmetic, withRelaxedSimd } from './fused-arithmetic.ts';
import { guardExports } from './guard.ts';
import { moduleBytes } from './module-bytes.ts';
import { type SimdKernels, simdKernelsOf } from './module-exports.ts';
import { webAssembly } from './web-assembly.ts';

/** The modules of SIMD kernels. `fused` rounds a multiply-add once, `plain` after each operation. */
export type SimdModule = keyof typeof moduleBytes;

const instances = new WeakMap<BackendWasm, SimdKernels>();

/** The SIMD kernels working in a backend's own memory; those of the faster module if none was taken before. */
export function simdKernels(backend: BackendWasm): SimdKernels {
  return instances.get(backend) ?? takeSimdModule(backend, hasFusedArithmetic() ? 'fused' : 'plain');
}

/** Makes a backend compute with a module from now on. @param module `fused` only where {@link hasFusedArithmetic}. */
export function takeSimdModule(backend: BackendWasm, module: SimdModule): SimdKernels {
  const { Module, Instance } = webAssembly;
  const { memory } = (backend.wasm as unknown as { readonly asm: { readonly memory: object } }).asm;
  const bytes = Buffer.from(moduleBytes[module], 'base64');
  const compiled = module === 'fused' ? withRelaxedSimd(() => new Module(bytes)) : new Module(bytes);
  const kernels = simdKernelsOf(guardExports(new Instance(compiled, { env: { memory } }).exports, memory));
  instances.set(backend, kernels);
  return kernels;
}
