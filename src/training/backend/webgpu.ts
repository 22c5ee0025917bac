import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { addonProblem } from '../../base/native-addon.ts';
import { readEnvironment } from '../environment.ts';
import { beforeSubmit, dispatchesPerSubmit } from '../kernels/webgpu/dispatch.ts';
import type { Candidate, Device } from './candidate.ts';
import { freeMemory } from './free-memory.ts';
import { GpuFailure } from './gpu-failure.ts';
import { type NamedAdapter, openAdapter } from './webgpu-adapter.ts';

type Packages = typeof import('webgpu') & typeof import('@tensorflow/tfjs-backend-webgpu');

let started: Promise<NamedAdapter> | undefined;

/**
 * Any vendor's GPU by WebGPU, through Dawn. A software adapter (a GPU imitated by the CPU) is slower than WebAssembly,
 * so it is taken only where the user names the backend. HPO_GPU chooses an adapter by its number.
 */
export const webgpu: Candidate = {
  label: 'webgpu',
  backend: 'webgpu',
  async start(isNamed) {
    started ??= open();
    started.catch(() => {
      started = undefined;
    });
    const adapter = await started;
    if (adapter.isSoftware && !isNamed) {
      throw new Error(
        `there is only a software adapter, ${shortName(adapter)}, and it is slow (try: --backend webgpu)`,
      );
    }
    if (!(await tf.setBackend('webgpu'))) throw new Error(`tfjs does not start on ${adapter.name}`);
    return describe(adapter);
  },
};

async function open(): Promise<NamedAdapter> {
  const packages = await load();
  const adapter = await openAdapter(packages, readEnvironment().gpu);
  tf.env().set('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE', dispatchesPerSubmit);
  const backend = await createBackend(packages, adapter);
  tf.registerBackend('webgpu', () => backend);
  return adapter;
}

async function load(): Promise<Packages> {
  try {
    const dawn = await import('webgpu');
    Object.assign(globalThis, dawn.globals); // the backend's code takes WebGPU's constants and classes from there
    return { ...dawn, ...(await import('@tensorflow/tfjs-backend-webgpu')) };
  } catch (reason) {
    const { code, message } = reason as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND') {
      throw addonProblem('webgpu', reason) ?? new Error(`WebGPU does not load on this machine: ${message}`);
    }
    throw new Error('its packages are not installed (try: npx hpo setup tfjs)');
  }
}

/** tfjs's backend on a device of the adapter, with every limit raised to what the adapter has. */
async function createBackend({ WebGPUBackend }: Packages, { adapter, name }: NamedAdapter): Promise<WebGPUBackend> {
  const { limits } = adapter;
  const device = await adapter.requestDevice({
    requiredFeatures: adapter.features.has('timestamp-query') ? ['timestamp-query'] : [],
    requiredLimits: {
      maxBufferSize: limits.maxBufferSize,
      maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
      maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxStorageBuffersPerShaderStage: limits.maxStorageBuffersPerShaderStage,
    },
  });
  const failure = new GpuFailure(device, name);

  /** Every result is read here, and a failure is thrown instead of a wrong number. */
  class CheckedBackend extends WebGPUBackend {
    override async read(dataId: object): Promise<tf.BackendValues> {
      const values = await super.read(dataId).catch((reason: unknown) => {
        throw failure.explain(reason);
      });
      failure.check();
      return values;
    }

    /** When the last tensor has gone, a trial is over, and the next may need buffers of other sizes. */
    override disposeData(dataId: object, force?: boolean): boolean {
      const isGone = super.disposeData(dataId, force);
      if (this.numDataIds() === 0) freeMemory(this);
      return isGone;
    }

    override submitQueue(): void {
      beforeSubmit(this);
      super.submitQueue();
    }

    /**
     * Numbers of the CPU are written by the queue; the backend's own way makes a buffer for each, and ends the pass.
     */
    override uploadToGPU(dataId: object): void {
      const data = this.tensorMap.get(dataId);
      try {
        if (data.resource || !data.values) {
          super.uploadToGPU(dataId);
          return;
        }
        const numbers = numbersOf(data.values as Iterable<number>, data.dtype);
        const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
        const buffer = this.bufferManager.acquireBuffer(numbers.byteLength, usage);
        this.queue.writeBuffer(buffer, 0, numbers);
        data.resource = buffer;
        data.values = null as unknown as tf.BackendValues; // as the backend has it of tensors on the GPU
      } catch (reason) {
        throw failure.explain(reason);
      }
    }
  }

  // The constructor only checks that this exists; afterwards Node's own globals are as they were.
  const global = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: {} }, configurable: true });
  try {
    return new CheckedBackend(device, adapter.info);
  } finally {
    if (global) Object.defineProperty(globalThis, 'navigator', global);
    else Reflect.deleteProperty(globalThis, 'navigator');
  }
}

function describe(adapter: NamedAdapter): Device {
  if (adapter.isSoftware) {
    return { backend: 'webgpu', kind: 'cpu', description: `WebGPU on ${shortName(adapter)} (software, slow)` };
  }
  const { name, driver } = adapter;
  return { backend: 'webgpu', kind: 'gpu', description: `WebGPU on ${name}${driver ? ` (driver ${driver})` : ''}` };
}

/** Values as the GPU holds them, 32 bits each. */
function numbersOf(values: Iterable<number>, dtype: tf.DataType): Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> {
  if (dtype === 'float32') return values instanceof Float32Array ? (values as never) : Float32Array.from(values);
  return values instanceof Int32Array ? (values as never) : Int32Array.from(values);
}

/** `SwiftShader` of `SwiftShader Device (Subzero)`. */
const shortName = ({ name }: NamedAdapter): string => name.replace(/ Device.*| \(.*/, '');
