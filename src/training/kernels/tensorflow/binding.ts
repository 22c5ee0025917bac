import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';

/** A value in TensorFlow's memory that tfjs does not know of. */
export interface Handle {
  readonly id: number;
  readonly shape: number[];
  /** A TF_DataType. */
  readonly dtype: number;
}

/** An attribute of a TensorFlow operation. */
export interface OpAttribute {
  readonly name: string;
  /** A TF_AttrType. */
  readonly type: number;
  readonly value: unknown;
}

/** The part of tfjs-node's binding of TensorFlow's C API that is used here. */
interface Binding {
  createTensor(shape: readonly number[], dtype: number, values: Float32Array | Int32Array | Uint8Array): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array;
  executeOp(name: string, attributes: readonly OpAttribute[], ids: readonly number[], outputs: number): Handle[];
}

/** The part of tfjs-node's backend that is used here: internals of 4.22, to which the package is pinned. */
export interface TensorflowBackend {
  readonly binding: Binding;
  readonly isUsingGpuDevice: boolean;
  readonly tensorMap: {
    set(
      dataId: object,
      data: { readonly shape: number[]; dtype: number; id: number; values: null; refCount: number },
    ): void;
  };
  /** Uploads tensors that are not in TensorFlow's memory yet. */
  getInputTensorIds(tensors: readonly TensorInfo[]): number[];
  /** Counts one more holder of a tensor's data. */
  incRef(dataId: object): void;
}

/** TF_DataType, as in TensorFlow's C API. */
export const dataType = { float32: 1, int32: 3, uint8: 4, bool: 10, resource: 20 } as const;

// TF_AttrType
export const text = (name: string, value: string): OpAttribute => ({ name, type: 0, value });
export const integer = (name: string, value: number | readonly number[]): OpAttribute => ({ name, type: 1, value });
export const float = (name: string, value: number): OpAttribute => ({ name, type: 2, value });
export const flag = (name: string, value: boolean): OpAttribute => ({ name, type: 3, value });
export const type = (name: string, value: number): OpAttribute => ({ name, type: 4, value });
export const dimensions = (name: string, value: readonly number[]): OpAttribute => ({ name, type: 5, value });

/** The attribute that most operations have: the type of their numbers. */
export const T = type('T', dataType.float32);

export type Operand = TensorInfo | Handle;

/** The calls of one kernel. */
export class Calls {
  readonly #backend: TensorflowBackend;
  readonly #made = new Set<Handle>();

  constructor(backend: TensorflowBackend) {
    this.#backend = backend;
  }

  /** Runs an operation with one output. */
  run(name: string, inputs: readonly Operand[], attributes: readonly OpAttribute[]): Handle {
    return this.runAll(name, inputs, attributes, 1)[0] as Handle;
  }

  /** Runs an operation with several outputs, or none. */
  runAll(name: string, inputs: readonly Operand[], attributes: readonly OpAttribute[], outputs: number): Handle[] {
    const ids = inputs.map((input) => this.#idOf(input));
    const handles = this.#backend.binding.executeOp(name, attributes, ids, outputs);
    for (const handle of handles) this.#made.add(handle);
    return handles;
  }

  /**
   * A constant from JavaScript's numbers. TensorFlow shares their memory where it can, so they must not change
   * afterwards.
   */
  constant(values: Float32Array | Int32Array, shape: readonly number[] = [values.length]): Handle {
    const dtype = values instanceof Float32Array ? dataType.float32 : dataType.int32;
    const id = this.#backend.binding.createTensor(shape, dtype, values);
    const handle = { id, shape: [...shape], dtype };
    this.#made.add(handle);
    return handle;
  }

  scalar(value: number): Handle {
    return this.constant(Float32Array.of(value), []);
  }

  reshape(input: Operand, shape: readonly number[]): Handle {
    return this.run('Reshape', [input, this.integers(shape)], [T, type('Tshape', dataType.int32)]);
  }

  /**
   * A vector of whole numbers, such as a shape. It is kept for good: there are few, and each step uses the same ones.
   */
  integers(values: readonly number[]): Handle {
    const known = vectors.get(this.#backend) ?? new Map<string, Handle>();
    vectors.set(this.#backend, known);
    const key = values.join();
    const vector = known.get(key) ?? this.constant(Int32Array.from(values));
    known.set(key, vector);
    this.#made.delete(vector);
    return vector;
  }

  read({ id }: Handle): Float32Array | Int32Array {
    return this.#backend.binding.tensorDataSync(id);
  }

  /** Hands values over to tfjs, as its tensors' data. */
  keep(handles: readonly Handle[]): TensorInfo[] {
    return handles.map((handle) => {
      this.#made.delete(handle);
      const { id, shape, dtype } = handle;
      const dataId = {};
      this.#backend.tensorMap.set(dataId, { shape, dtype, id, values: null, refCount: 1 });
      return { dataId, shape, dtype: names[dtype] as DataType };
    });
  }

  /** Deletes the values that were made and not kept. */
  release(): void {
    for (const { id } of this.#made) this.#backend.binding.deleteTensor(id);
    this.#made.clear();
  }

  #idOf(operand: Operand): number {
    if ('id' in operand && !('dataId' in operand)) return operand.id;
    return this.#backend.getInputTensorIds([operand as TensorInfo])[0] as number;
  }
}

const vectors = new WeakMap<TensorflowBackend, Map<string, Handle>>();

const names: Readonly<Record<number, DataType>> = {
  [dataType.float32]: 'float32',
  [dataType.int32]: 'int32',
  [dataType.bool]: 'bool',
};

/** Runs operations; the values that `f` returns become tensors of tfjs, and all others are deleted. */
export function compute(backend: TensorflowBackend, f: (calls: Calls) => readonly Handle[]): TensorInfo[] {
  const calls = new Calls(backend);
  try {
    return calls.keep(f(calls));
  } finally {
    calls.release();
  }
}
