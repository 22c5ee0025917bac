import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';
import { Pipelines } from './pipelines.ts';
import { type Program, threads } from './program.ts';
import { Uniforms } from './uniforms.ts';

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
}

/** Dispatches after which the queue is submitted. */
export const dispatchesPerSubmit = 15;

/** The parts that all programs on a backend share. */
interface Shared {
  readonly pipelines: Pipelines;
  readonly uniforms: Uniforms;
}

const shared = new WeakMap<WebGPUBackend, Shared>();

function sharedOf(backend: WebGPUBackend): Shared {
  const known = shared.get(backend);
  if (known) return known;
  const uniforms = new Uniforms(backend.device, dispatchesPerSubmit);
  const pipelines = new Pipelines(backend.device, uniforms.buffer);
  shared.set(backend, { pipelines, uniforms });
  return { pipelines, uniforms };
}

/** Adds a call of a program to the backend's queue. */
export function dispatch(backend: WebGPUBackend, program: Program, call: Call): void {
  const queue = backend as unknown as Queue;
  const { pipelines, uniforms } = sharedOf(backend);
  const buffers: GPUBuffer[] = [];
  for (const from of [...call.inputs, ...call.outputs]) {
    if (!('dataId' in from)) {
      buffers.push(from);
      continue;
    }
    backend.uploadToGPU(from.dataId);
    queue.commandQueueOwnedIds.add(from.dataId); // its memory is not reused before the queue has been submitted
    buffers.push(backend.tensorMap.get(from.dataId).resource as GPUBuffer);
  }
  backend.ensureCommandEncoderReady();
  queue.computePassEncoder ??= (queue.commandEncoder as GPUCommandEncoder).beginComputePass();
  const compiled = pipelines.compiled(program);
  queue.computePassEncoder.setPipeline(compiled.pipeline);
  const offset = uniforms.add(compiled.types, call.uniforms);
  queue.computePassEncoder.setBindGroup(0, pipelines.group(compiled, buffers), [offset]);
  queue.computePassEncoder.dispatchWorkgroups(...call.groups);
  queue.dispatchCountInPass++;
  if (queue.dispatchCountInPass < dispatchesPerSubmit) return;
  backend.endComputePassEncoder();
  backend.submitQueue();
}

/** Has to be called before the backend's queue is submitted. */
export function beforeSubmit(backend: WebGPUBackend): void {
  shared.get(backend)?.uniforms.flush();
}

/** Has to be called when buffers are given back to the GPU, which programs would hold on to. */
export function forgetBuffers(backend: WebGPUBackend): void {
  shared.get(backend)?.pipelines.forgetGroups();
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

/** The number of programs that have been compiled for a backend. */
export function pipelineCount(backend: WebGPUBackend): number {
  return shared.get(backend)?.pipelines.size ?? 0;
}
