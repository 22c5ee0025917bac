import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { moduleBytes } from './module-bytes.ts';

/**
 * The functions that `assembly/` exports; what they do and what their arguments mean is said there. Tensors and scratch
 * memory are addresses in bytes, everything else is a count, a size in bytes, a number or a flag.
 */
export interface SimdKernels {
  setImages(count: number, height: number, width: number, channels: number): void;
  setMaps(height: number, width: number, channels: number): void;
  setWindow(height: number, width: number, strideHeight: number, strideWidth: number, top: number, left: number): void;
  filterGradientScratch(): number;
  filterGradient(x: number, dy: number, dw: number, scratch: number): void;
}

/** The part of WebAssembly's interface that is used here; Node's types leave it to those of browsers. */
interface WebAssemblyInterface {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

const { Module, Instance } = (globalThis as unknown as { readonly WebAssembly: WebAssemblyInterface }).WebAssembly;

const instances = new WeakMap<BackendWasm, SimdKernels>();

/** The SIMD kernels working in a backend's own memory, made when they are first asked for. */
export function simdKernels(backend: BackendWasm): SimdKernels {
  const made = instances.get(backend);
  if (made) return made;
  const { memory } = (backend.wasm as unknown as { readonly asm: { readonly memory: object } }).asm;
  const instance = new Instance(new Module(Buffer.from(moduleBytes, 'base64')), { env: { memory } });
  const kernels = instance.exports as SimdKernels;
  instances.set(backend, kernels);
  return kernels;
}
