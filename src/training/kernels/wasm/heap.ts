import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { type TensorInfo, util } from '@tensorflow/tfjs-core';

/**
 * The part of the Emscripten module that is used here; its published type needs global types that are not loaded here.
 */
interface Heap {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/** The address of a tensor's numbers in the backend's memory, in bytes. Internals of tfjs-backend-wasm 4.22. */
export function address(backend: BackendWasm, tensor: TensorInfo): number {
  return backend.getMemoryOffset(tensor.dataId);
}

/**
 * The numbers of a float32 tensor, in place in the backend's memory. The view is valid until the memory grows, so
 * allocate every output of a kernel before taking the first view.
 */
export function floats(backend: BackendWasm, tensor: TensorInfo): Float32Array {
  return new Float32Array(heap(backend).HEAPU8.buffer, address(backend, tensor), util.sizeFromShape(tensor.shape));
}

/** The numbers of an int32 tensor, in place in the backend's memory; see {@link floats}. */
export function integers(backend: BackendWasm, tensor: TensorInfo): Int32Array {
  return new Int32Array(heap(backend).HEAPU8.buffer, address(backend, tensor), util.sizeFromShape(tensor.shape));
}

/**
 * A new float32 tensor with undefined content.
 *
 * @throws HpoError HPO_BACKEND where the backend's memory, of at most 4 GiB, has no room for it.
 */
export function allocate(backend: BackendWasm, shape: readonly number[]): TensorInfo {
  return backend.makeOutput([...shape], 'float32');
}

/**
 * Runs `use` with some bytes of the backend's memory, which are freed afterwards.
 *
 * @throws HpoError HPO_BACKEND where there is no room for them.
 */
export function withScratch(backend: BackendWasm, bytes: number, use: (scratch: number) => void): void {
  const { _malloc, _free } = heap(backend);
  const scratch = _malloc(Math.max(bytes, 1)) >>> 0;
  try {
    use(scratch);
  } finally {
    _free(scratch);
  }
}

/** Copies an array's bytes to an address. */
export function upload(backend: BackendWasm, array: Uint8Array | Int32Array | Float32Array, to: number): void {
  heap(backend).HEAPU8.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), to);
}

function heap(backend: BackendWasm): Heap {
  return backend.wasm as unknown as Heap;
}
