/** Dispatches, and buffers that are mapped to be read. */
export interface GpuCalls {
  readonly dispatches: number;
  readonly reads: number;
}

/** Counts what WebGPU is called for while something runs. The backend has to be loaded. */
export async function callsOf(run: () => Promise<unknown>): Promise<GpuCalls> {
  const { dispatchWorkgroups } = GPUComputePassEncoder.prototype;
  const { mapAsync } = GPUBuffer.prototype;
  let [dispatches, reads] = [0, 0];
  GPUComputePassEncoder.prototype.dispatchWorkgroups = function (...groups) {
    dispatches++;
    return dispatchWorkgroups.apply(this, groups);
  };
  GPUBuffer.prototype.mapAsync = function (...range) {
    reads++;
    return mapAsync.apply(this, range);
  };
  try {
    await run();
  } finally {
    GPUComputePassEncoder.prototype.dispatchWorkgroups = dispatchWorkgroups;
    GPUBuffer.prototype.mapAsync = mapAsync;
  }
  return { dispatches, reads };
}
