import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import {
  Conv2D,
  getKernel,
  type KernelFunc,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  PadV2,
  Reverse,
  Slice,
  type TensorInfo,
  Transpose,
} from '@tensorflow/tfjs-core';

/** The kernel that tfjs-backend-wasm itself registered under `name`; ask before replacing it. */
export function stockKernel(name: string): KernelFunc {
  const config = getKernel(name, 'wasm');
  if (!config) throw new Error(`tfjs-backend-wasm has no kernel ${name}`);
  return config.kernelFunc;
}

/**
 * Stock kernels in a row, whose intermediate results are freed together. The methods work on tensor infos below the
 * gradient tape, as the inside of a kernel must.
 */
export class Scratch {
  readonly #backend: BackendWasm;
  readonly #temporaries: TensorInfo[] = [];

  constructor(backend: BackendWasm) {
    this.#backend = backend;
  }

  /** Runs a stock kernel; its result lives until {@link release}, unless it is taken by {@link keep}. */
  run(name: string, inputs: NamedTensorInfoMap, attrs: NamedAttrMap = {}): TensorInfo {
    const result = stockKernel(name)({ inputs, backend: this.#backend, attrs }) as TensorInfo;
    this.#temporaries.push(result);
    return result;
  }

  transpose(x: TensorInfo, perm: number[]): TensorInfo {
    return this.run(Transpose, { x }, { perm });
  }

  reverse(x: TensorInfo, dims: number[]): TensorInfo {
    return this.run(Reverse, { x }, { dims });
  }

  slice(x: TensorInfo, begin: number[], size: number[]): TensorInfo {
    return this.run(Slice, { x }, { begin, size });
  }

  pad(x: TensorInfo, paddings: [number, number][]): TensorInfo {
    return this.run(PadV2, { x }, { paddings, constantValue: 0 });
  }

  /** Convolution of stride 1 with explicit paddings (rows, columns) and dilations. */
  conv2d(
    x: TensorInfo,
    filter: TensorInfo,
    paddings: readonly [[number, number], [number, number]],
    dilations: [number, number] = [1, 1],
  ): TensorInfo {
    const pad = [[0, 0], ...paddings, [0, 0]];
    return this.run(Conv2D, { x, filter }, { strides: [1, 1], pad, dataFormat: 'NHWC', dilations });
  }

  /** Excepts a result from {@link release}. */
  keep(result: TensorInfo): TensorInfo {
    this.#temporaries.splice(this.#temporaries.indexOf(result), 1);
    return result;
  }

  /** Frees all results that were not kept. */
  release(): void {
    for (const { dataId } of this.#temporaries) this.#backend.disposeData(dataId);
    this.#temporaries.length = 0;
  }
}
