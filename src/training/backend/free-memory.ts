import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { forgetBuffers } from '../kernels/webgpu/dispatch.ts';

/** The parts of tfjs-backend-webgpu 4.22 that its types keep private. */
interface Pool {
  readonly freeBuffers: Map<string, GPUBuffer[]>;
  numFreeBuffers: number;
  numBytesAllocated: number;
}

/**
 * Gives the memory that no tensor uses back to the GPU. The backend itself keeps every buffer for the next tensor of
 * its size, so that trials of many sizes would fill the GPU with what they no longer need.
 */
export function freeMemory(backend: WebGPUBackend): void {
  backend.endComputePassEncoder();
  backend.ensureCommandEncoderReady();
  backend.submitQueue(); // what is queued may still read from buffers that are about to be free
  const pool = backend.bufferManager as unknown as Pool;
  for (const buffers of pool.freeBuffers.values()) {
    for (const buffer of buffers.splice(0)) {
      pool.numBytesAllocated -= buffer.size;
      buffer.destroy();
    }
  }
  pool.numFreeBuffers = 0;
  forgetBuffers(backend);
}
