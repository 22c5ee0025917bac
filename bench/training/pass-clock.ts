/** The dispatches of one program, as the GPU's clock saw them. */
export interface ProgramTime {
  readonly name: string;
  readonly calls: number;
  readonly nanoseconds: number;
}

/** The most timestamps that WebGPU lets a program hold at once. */
const mostStamps = 4096;

/**
 * Times each dispatch on a device by the GPU's own clock, while it is {@link start | started}: every dispatch becomes a
 * pass of its own between two timestamps, so that none overlaps another.
 */
export class PassClock {
  readonly #device: GPUDevice;
  readonly #stamps: GPUQuerySet;
  #names: string[] | undefined;

  constructor(device: GPUDevice) {
    this.#device = device;
    this.#stamps = device.createQuerySet({ type: 'timestamp', count: mostStamps });
    const { prototype } = GPUCommandEncoder;
    const { beginComputePass } = prototype;
    const clock = this;
    prototype.beginComputePass = function (descriptor) {
      const begin = (from?: GPUComputePassDescriptor): GPUComputePassEncoder => beginComputePass.call(this, from);
      return clock.#names ? clock.#timed(begin, clock.#names) : begin(descriptor);
    };
  }

  start(): void {
    this.#names = [];
  }

  /**
   * Ends the timing. @returns the programs in the order of their first calls, as far as there was room for timestamps.
   */
  async stop(): Promise<ProgramTime[]> {
    const names = this.#names ?? [];
    this.#names = undefined;
    const bytes = Math.max(1, names.length) * 16;
    const resolved = this.#buffer(bytes, GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC);
    const read = this.#buffer(bytes, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
    const encoder = this.#device.createCommandEncoder();
    encoder.resolveQuerySet(this.#stamps, 0, Math.max(1, names.length) * 2, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, read, 0, bytes);
    this.#device.queue.submit([encoder.finish()]);
    await read.mapAsync(GPUMapMode.READ);
    const stamps = new BigInt64Array(read.getMappedRange().slice(0));
    for (const buffer of [resolved, read]) buffer.destroy();
    const times = new Map<string, { calls: number; nanoseconds: number }>();
    for (const [index, name] of names.entries()) {
      const time = times.get(name) ?? { calls: 0, nanoseconds: 0 };
      time.calls++;
      time.nanoseconds += Number((stamps[2 * index + 1] as bigint) - (stamps[2 * index] as bigint));
      times.set(name, time);
    }
    return [...times].map(([name, time]) => ({ name, ...time }));
  }

  #buffer(size: number, usage: number): GPUBuffer {
    return this.#device.createBuffer({ size, usage });
  }

  /** Stands in for a pass: each of its dispatches is one of its own. */
  #timed(
    begin: (descriptor?: GPUComputePassDescriptor) => GPUComputePassEncoder,
    names: string[],
  ): GPUComputePassEncoder {
    let pipeline: GPUComputePipeline | undefined;
    let group: GPUBindGroup | undefined;
    let offsets: readonly number[] = [];
    const querySet = this.#stamps;
    return {
      setPipeline: (next: GPUComputePipeline) => {
        pipeline = next;
      },
      setBindGroup: (_index: number, next: GPUBindGroup, given: readonly number[] = []) => {
        group = next;
        offsets = given;
      },
      dispatchWorkgroups: (...groups: [number, number?, number?]) => {
        const at = 2 * names.length;
        const writes = { querySet, beginningOfPassWriteIndex: at, endOfPassWriteIndex: at + 1 };
        const pass = begin(at + 1 < mostStamps ? { timestampWrites: writes } : undefined);
        if (at + 1 < mostStamps) names.push(pipeline?.label || 'without a name');
        pass.setPipeline(pipeline as GPUComputePipeline);
        pass.setBindGroup(0, group, [...offsets]);
        pass.dispatchWorkgroups(...groups);
        pass.end();
      },
      end: () => undefined,
    } as unknown as GPUComputePassEncoder;
  }
}
