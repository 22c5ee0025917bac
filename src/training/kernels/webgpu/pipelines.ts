import { type Program, source } from './program.ts';

/** As many bind groups as a step has in the orders in which its buffers come; twice as many are kept at most. */
const mostGroups = 8_000;

/**
 * The compiled programs of a device, and the bind groups of their calls. A training step takes the same buffers as one
 * before it, in the same places, and a bind group takes longer to make than all else of a dispatch.
 */
export class Pipelines {
  readonly #device: GPUDevice;
  readonly #uniforms: GPUBuffer;
  readonly #pipelines = new Map<string, GPUComputePipeline>();
  readonly #layouts = new Map<string, GPUBindGroupLayout>();
  /** Used since the last time that this map was full, and before. */
  #groups = new Map<string, GPUBindGroup>();
  #olderGroups = new Map<string, GPUBindGroup>();
  readonly #numbers = new WeakMap<GPUBuffer, number>();
  #count = 0;

  /** @param uniforms holds the numbers of every call, each at its offset. */
  constructor(device: GPUDevice, uniforms: GPUBuffer) {
    this.#device = device;
    this.#uniforms = uniforms;
  }

  /** Programs that have been compiled. */
  get size(): number {
    return this.#pipelines.size;
  }

  pipeline(program: Program): GPUComputePipeline {
    const known = this.#pipelines.get(program.name);
    if (known) return known;
    const layout = this.#device.createPipelineLayout({ bindGroupLayouts: [this.#layout(program)] });
    const module = this.#device.createShaderModule({ label: program.name, code: source(program) });
    const compute = { module, entryPoint: 'main' };
    const pipeline = this.#device.createComputePipeline({ label: program.name, layout, compute });
    this.#pipelines.set(program.name, pipeline);
    return pipeline;
  }

  /** The bind group of a call; its uniforms lie at a dynamic offset. */
  group(program: Program, buffers: readonly GPUBuffer[]): GPUBindGroup {
    let key = keyOf(program);
    for (const buffer of buffers) key += ` ${this.#numberOf(buffer)}`;
    const known = this.#groups.get(key);
    if (known) return known;
    if (this.#groups.size >= mostGroups) {
      this.#olderGroups = this.#groups;
      this.#groups = new Map();
    }
    const group = this.#olderGroups.get(key) ?? this.#newGroup(program, buffers);
    this.#groups.set(key, group);
    return group;
  }

  #newGroup(program: Program, buffers: readonly GPUBuffer[]): GPUBindGroup {
    const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } as GPUBufferBinding }));
    const uniforms = { buffer: this.#uniforms, offset: 0, size: sizeOfUniforms(program) };
    entries.push({ binding: buffers.length, resource: uniforms });
    return this.#device.createBindGroup({ layout: this.#layout(program), entries });
  }

  /** Lets go of the buffers that calls have used. */
  forgetGroups(): void {
    this.#groups.clear();
    this.#olderGroups.clear();
  }

  #numberOf(buffer: GPUBuffer): number {
    const number = this.#numbers.get(buffer) ?? this.#count++;
    this.#numbers.set(buffer, number);
    return number;
  }

  #layout(program: Program): GPUBindGroupLayout {
    const key = keyOf(program);
    const known = this.#layouts.get(key);
    if (known) return known;
    const types: GPUBufferBindingLayout[] = [
      ...Object.keys(program.inputs).map(() => ({ type: 'read-only-storage' as const })),
      ...Object.keys(program.outputs).map(() => ({ type: 'storage' as const })),
      { type: 'uniform', hasDynamicOffset: true, minBindingSize: sizeOfUniforms(program) },
    ];
    const visibility = GPUShaderStage.COMPUTE;
    const layout = this.#device.createBindGroupLayout({
      entries: types.map((buffer, binding) => ({ binding, visibility, buffer })),
    });
    this.#layouts.set(key, layout);
    return layout;
  }
}

/** Programs of one key have one layout, and so share bind groups. */
function keyOf({ inputs, outputs, uniforms }: Program): string {
  return `${Object.keys(inputs).length} ${Object.keys(outputs).length} ${Object.keys(uniforms).length}`;
}

const sizeOfUniforms = ({ uniforms }: Program): number => 16 * Math.ceil(Object.keys(uniforms).length / 4);
