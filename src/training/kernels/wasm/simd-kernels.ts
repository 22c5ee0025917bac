import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { guardExports } from './guard.ts';
import { moduleBytes } from './module-bytes.ts';
import { type SimdKernels, simdKernelsOf } from './module-exports.ts';

/** The part of WebAssembly's interface that is used here; Node's types leave it to those of browsers. */
interface WebAssemblyInterface {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Readonly<Record<string, unknown>> };
}

const { Module, Instance } = (globalThis as unknown as { readonly WebAssembly: WebAssemblyInterface }).WebAssembly;

const instances = new WeakMap<BackendWasm, SimdKernels>();

/** The SIMD kernels working in a backend's own memory, made on their first use. */
export function simdKernels(backend: BackendWasm): SimdKernels {
  const made = instances.get(backend);
  if (made) return made;
  const { memory } = (backend.wasm as unknown as { readonly asm: { readonly memory: object } }).asm;
  const instance = new Instance(new Module(Buffer.from(moduleBytes, 'base64')), { env: { memory } });
  const kernels = simdKernelsOf(guardExports(instance.exports, memory));
  instances.set(backend, kernels);
  return kernels;
}
