/** The type of a number in a uniform buffer. */
export type Scalar = 'f32' | 'i32' | 'u32';

/** Bytes from the numbers of one dispatch to those of the next: the alignment that every adapter accepts. */
const stride = 256;

/**
 * The numbers of all dispatches between two submissions, which lie in one buffer and are written to it at once: a
 * buffer and a write for each dispatch would take longer than the dispatch.
 */
export class Uniforms {
  readonly buffer: GPUBuffer;
  readonly #queue: GPUQueue;
  readonly #bytes: DataView<ArrayBuffer>;
  #used = 0;

  /** @param count of the dispatches that may be waiting for a submission. */
  constructor(device: GPUDevice, count: number) {
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.UNIFORM;
    this.buffer = device.createBuffer({ label: 'uniforms', size: count * stride, usage });
    this.#queue = device.queue;
    this.#bytes = new DataView(new ArrayBuffer(count * stride));
  }

  /** Takes the numbers of a dispatch, at most 64. @returns their offset in the buffer, in bytes. */
  add(types: readonly Scalar[], values: readonly number[]): number {
    const offset = this.#used;
    for (const [index, value] of values.entries()) {
      const at = offset + 4 * index;
      if (types[index] === 'f32') this.#bytes.setFloat32(at, value, true);
      else this.#bytes.setUint32(at, value, true);
    }
    this.#used += stride;
    return offset;
  }

  /** Writes what was added; whatever is submitted from now on finds it, and what was submitted before does not. */
  flush(): void {
    if (this.#used > 0) this.#queue.writeBuffer(this.buffer, 0, this.#bytes.buffer, 0, this.#used);
    this.#used = 0;
  }
}
