import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { type TensorInfo, util } from '@tensorflow/tfjs-core';

/**
 * The numbers of a float32 tensor, in place in the backend's memory. The view is good until the memory grows, so
 * allocate every output of a kernel before taking the first view. Internals of tfjs-backend-wasm 4.22.
 */
export function floats(backend: BackendWasm, tensor: TensorInfo): Float32Array {
  return new Float32Array(memory(backend), backend.getMemoryOffset(tensor.dataId), util.sizeFromShape(tensor.shape));
}

/** The numbers of an int32 tensor, in place in the backend's memory; see {@link floats}. */
export function integers(backend: BackendWasm, tensor: TensorInfo): Int32Array {
  return new Int32Array(memory(backend), backend.getMemoryOffset(tensor.dataId), util.sizeFromShape(tensor.shape));
}

/** A new float32 tensor whose memory holds whatever was there before. */
export function allocate(backend: BackendWasm, shape: readonly number[]): TensorInfo {
  return backend.makeOutput([...shape], 'float32');
}

/** The same data under another shape of the same size; nothing is copied or counted. */
export function reshaped(tensor: TensorInfo, shape: readonly number[]): TensorInfo {
  return { dataId: tensor.dataId, shape: [...shape], dtype: tensor.dtype };
}

/** The whole memory; its published type leans on global Emscripten types that are not loaded here. */
function memory(backend: BackendWasm): ArrayBufferLike {
  return (backend.wasm as unknown as { readonly HEAPU8: Uint8Array }).HEAPU8.buffer;
}
