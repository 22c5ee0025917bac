import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';

type Scalar = 'f32' | 'i32' | 'u32';

/** A compute shader with as many outputs as it needs; tfjs's own programs have one, so that they take more dispatches. */
export interface Program {
  /** Programs of one name have the same code, which is compiled once in a process. */
  readonly name: string;
  /** Arrays that are read, with the type of their elements. */
  readonly inputs: Readonly<Record<string, Scalar>>;
  /** Arrays that are written. */
  readonly outputs: Readonly<Record<string, Scalar>>;
  /** Numbers that differ from call to call, in WGSL `u.name`. */
  readonly uniforms: Readonly<Record<string, Scalar>>;
  /**
   * WGSL with a function `run(group: vec3u, groups: vec3u, thread: u32)`: the workgroup's place, the number of
   * workgroups, and the thread's number among the {@link threads} of its group.
   */
  readonly code: string;
}

/** Threads of a workgroup, of every program: the most that any adapter has to have. */
export const threads = 256;

/** The tensors and numbers of one call of a program; names and order are the program's. */
export interface Call {
  readonly inputs: readonly (TensorInfo | GPUBuffer)[];
  readonly outputs: readonly TensorInfo[];
  readonly uniforms: readonly number[];
  readonly groups: readonly [number, number, number];
}

/** The parts of tfjs-backend-webgpu 4.22 that its types keep private, by which a program joins the queue of its own. */
interface Queue {
  readonly device: GPUDevice;
  computePassEncoder: GPUComputePassEncoder | null;
  commandEncoder: GPUCommandEncoder | null;
  commandQueueOwnedIds: WeakSet<object>;
  dispatchCountInPass: number;
  uniformPendingDisposal: GPUBuffer[];
}

/** tfjs submits its queue after so many dispatches, by its flag WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE. */
const dispatchesPerSubmit = 15;

const pipelines = new WeakMap<GPUDevice, Map<string, GPUComputePipeline>>();

/** Adds a call of a program to the backend's queue. */
export function dispatch(backend: WebGPUBackend, program: Program, call: Call): void {
  const queue = backend as unknown as Queue;
  const tensors = [...call.inputs, ...call.outputs].filter(isTensor);
  for (const { dataId } of tensors) {
    backend.uploadToGPU(dataId);
    queue.commandQueueOwnedIds.add(dataId); // its memory is not reused before the queue has been submitted
  }
  const pipeline = pipelineOf(backend.device, program);
  const buffers = [...call.inputs, ...call.outputs].map((from) => (isTensor(from) ? bufferOf(backend, from) : from));
  buffers.push(uniformBuffer(backend, program, call.uniforms));
  const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
  const group = backend.device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
  backend.ensureCommandEncoderReady();
  queue.computePassEncoder ??= (queue.commandEncoder as GPUCommandEncoder).beginComputePass();
  queue.computePassEncoder.setPipeline(pipeline);
  queue.computePassEncoder.setBindGroup(0, group);
  queue.computePassEncoder.dispatchWorkgroups(...call.groups);
  queue.dispatchCountInPass++;
  if (queue.dispatchCountInPass < dispatchesPerSubmit) return;
  backend.endComputePassEncoder();
  backend.submitQueue();
}

/** A new tensor for a program to write. */
export function allocate(backend: WebGPUBackend, shape: readonly number[], dtype: DataType = 'float32'): TensorInfo {
  return backend.makeTensorInfo([...shape], dtype);
}

/** Workgroups for `count` pieces of work in a row, folded into two dimensions where one is too short. */
export function groupsFor(count: number, perGroup = threads): [number, number, 1] {
  const groups = Math.max(1, Math.ceil(count / perGroup));
  const rows = Math.ceil(groups / 65_535);
  return [Math.ceil(groups / rows), rows, 1];
}

/** How many programs have been compiled for a device. */
export function pipelineCount(backend: WebGPUBackend): number {
  return pipelines.get(backend.device)?.size ?? 0;
}

const isTensor = (source: TensorInfo | GPUBuffer): source is TensorInfo => 'dataId' in source;

function bufferOf(backend: WebGPUBackend, { dataId }: TensorInfo): GPUBuffer {
  return backend.tensorMap.get(dataId).resource as GPUBuffer;
}

function uniformBuffer(backend: WebGPUBackend, program: Program, values: readonly number[]): GPUBuffer {
  const types = Object.values(program.uniforms);
  const bytes = new DataView(new ArrayBuffer(Math.max(16, Math.ceil(values.length / 4) * 16)));
  for (const [index, value] of values.entries()) {
    if (types[index] === 'f32') bytes.setFloat32(4 * index, value, true);
    else bytes.setUint32(4 * index, value, true);
  }
  const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.UNIFORM;
  const buffer = backend.bufferManager.acquireBuffer(bytes.byteLength, usage);
  backend.queue.writeBuffer(buffer, 0, bytes.buffer);
  (backend as unknown as Queue).uniformPendingDisposal.push(buffer);
  return buffer;
}

function pipelineOf(device: GPUDevice, program: Program): GPUComputePipeline {
  const compiled = pipelines.get(device) ?? new Map<string, GPUComputePipeline>();
  pipelines.set(device, compiled);
  const known = compiled.get(program.name);
  if (known) return known;
  const module = device.createShaderModule({ label: program.name, code: source(program) });
  const compute = { module, entryPoint: 'main' };
  const pipeline = device.createComputePipeline({ label: program.name, layout: 'auto', compute });
  compiled.set(program.name, pipeline);
  return pipeline;
}

function source({ inputs, outputs, uniforms, code }: Program): string {
  const arrays = [
    ...Object.entries(inputs).map(([name, type]) => `var<storage, read> ${name}: array<${type}>;`),
    ...Object.entries(outputs).map(([name, type]) => `var<storage, read_write> ${name}: array<${type}>;`),
  ];
  const bindings = [...arrays, 'var<uniform> u: Uniforms;'].map((text, at) => `@group(0) @binding(${at}) ${text}`);
  const fields = Object.entries(uniforms).map(([name, type]) => `${name}: ${type},`);
  return `
    const threads = ${threads}u;
    struct Uniforms { ${fields.join(' ')} };
    ${bindings.join('\n')}
    /** The thread's number among all, in a grid of groupsFor. */
    fn flat(group: vec3u, groups: vec3u, thread: u32) -> u32 {
      return (group.y * groups.x + group.x) * threads + thread;
    }
    fn rectified(value: f32) -> f32 {
      return select(value, 0, value < 0);
    }
    ${code}
    @compute @workgroup_size(threads)
    fn main(
      @builtin(workgroup_id) group: vec3u,
      @builtin(num_workgroups) groups: vec3u,
      @builtin(local_invocation_index) thread: u32,
    ) {
      run(group, groups, thread);
    }`;
}
