import { type Program, source } from './program.ts';
import type { Scalar } from './uniforms.ts';

/** As many bind groups as a step has in the orders in which its buffers come; twice as many are kept at most. */
const mostGroups = 8_000;

/** A program on a device, with what each of its calls needs. */
export interface Compiled {
  readonly pipeline: GPUComputePipeline;
  /** The layout of its bind groups. Programs with as many arrays and uniforms share it, and so the groups. */
  readonly layout: Layout;
  /** The types of its uniforms. */
  readonly types: readonly Scalar[];
}

interface Layout {
  readonly key: string;
  readonly layout: GPUBindGroupLayout;
  readonly uniformBytes: number;
}

/**
 * The compiled programs of a device, and the bind groups of their calls. A training step takes the same buffers as one
 * before it, in the same places, and a bind group takes longer to make than all else of a dispatch.
 */
export class Pipelines {
  readonly #device: GPUDevice;
  readonly #uniforms: GPUBuffer;
  readonly #compiled = new Map<string, Compiled>();
  readonly #layouts = new Map<string, Layout>();
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
    return this.#compiled.size;
  }

  /** A program, compiled when it is first asked for. */
  compiled(program: Program): Compiled {
    const known = this.#compiled.get(program.name);
    if (known) return known;
    const layout = this.#layout(program);
    const pipeline = this.#device.createComputePipeline({
      label: program.name,
      layout: this.#device.createPipelineLayout({ bindGroupLayouts: [layout.layout] }),
      compute: {
        module: this.#device.createShaderModule({ label: program.name, code: source(program) }),
        entryPoint: 'main',
      },
    });
    const compiled = { pipeline, layout, types: Object.values(program.uniforms) };
    this.#compiled.set(program.name, compiled);
    return compiled;
  }

  /** The bind group of a call; its uniforms lie at a dynamic offset. */
  group({ layout }: Compiled, buffers: readonly GPUBuffer[]): GPUBindGroup {
    let { key } = layout;
    for (const buffer of buffers) key += ` ${this.#numberOf(buffer)}`;
    const known = this.#groups.get(key);
    if (known) return known;
    if (this.#groups.size >= mostGroups) {
      this.#olderGroups = this.#groups;
      this.#groups = new Map();
    }
    const group = this.#olderGroups.get(key) ?? this.#newGroup(layout, buffers);
    this.#groups.set(key, group);
    return group;
  }

  /** Lets go of the buffers that calls have used. */
  forgetGroups(): void {
    this.#groups.clear();
    this.#olderGroups.clear();
  }

  #newGroup({ layout, uniformBytes }: Layout, buffers: readonly GPUBuffer[]): GPUBindGroup {
    const resources: GPUBufferBinding[] = [
      ...buffers.map((buffer) => ({ buffer })),
      { buffer: this.#uniforms, offset: 0, size: uniformBytes },
    ];
    const entries = resources.map((resource, binding) => ({ binding, resource }));
    return this.#device.createBindGroup({ layout, entries });
  }

  #numberOf(buffer: GPUBuffer): number {
    const number = this.#numbers.get(buffer) ?? this.#count++;
    this.#numbers.set(buffer, number);
    return number;
  }

  #layout({ inputs, outputs, uniforms }: Program): Layout {
    const count = (each: object) => Object.keys(each).length;
    const [read, written, numbers] = [count(inputs), count(outputs), count(uniforms)] as const;
    const key = `${read} ${written} ${numbers}`;
    const known = this.#layouts.get(key);
    if (known) return known;
    const uniformBytes = 16 * Math.ceil(numbers / 4);
    const types: GPUBufferBindingLayout[] = [
      ...Array.from({ length: read }, () => ({ type: 'read-only-storage' as const })),
      ...Array.from({ length: written }, () => ({ type: 'storage' as const })),
      { type: 'uniform', hasDynamicOffset: true, minBindingSize: uniformBytes },
    ];
    const visibility = GPUShaderStage.COMPUTE;
    const layout = this.#device.createBindGroupLayout({
      entries: types.map((buffer, binding) => ({ binding, visibility, buffer })),
    });
    const made = { key, layout, uniformBytes };
    this.#layouts.set(key, made);
    return made;
  }
}
