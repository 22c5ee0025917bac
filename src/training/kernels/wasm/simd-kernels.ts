import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { moduleBytes } from './module-bytes.ts';

/**
 * The functions that `assembly/` exports; what they do and what their arguments mean is said there. Tensors and scratch
 * memory are addresses in bytes, everything else is a count, a size in bytes, a number or a flag.
 */
export interface SimdKernels {
  setImages(count: number, height: number, width: number, channels: number): void;
  setMaps(height: number, width: number, channels: number): void;
  setWindow(height: number, width: number, strideHeight: number, strideWidth: number, top: number, left: number): void;
  convolveScratch(): number;
  convolve(x: number, filter: number, bias: number, y: number, scratch: number): void;
  inputGradientScratch(): number;
  inputGradient(dy: number, filter: number, dx: number, scratch: number): void;
  filterGradientScratch(): number;
  filterGradient(x: number, dy: number, dw: number, scratch: number): void;
  matMulScratch(rows: number, depth: number, columns: number, isFirstTransposed: boolean): number;
  matMul(
    a: number,
    b: number,
    bias: number,
    out: number,
    rows: number,
    depth: number,
    columns: number,
    isFirstTransposed: boolean,
    isSecondTransposed: boolean,
    scratch: number,
  ): void;
  columnSumsScratch(columns: number): number;
  columnSums(x: number, out: number, rows: number, columns: number, scratch: number): void;
  batchNormScratch(channels: number): number;
  batchNorm(
    x: number,
    y: number,
    rows: number,
    channels: number,
    scale: number,
    shift: number,
    oldMean: number,
    oldVariance: number,
    epsilon: number,
    momentum: number,
    isRectified: boolean,
    mean: number,
    inverse: number,
    newMean: number,
    newVariance: number,
    scratch: number,
  ): void;
  batchNormInference(
    x: number,
    y: number,
    rows: number,
    channels: number,
    scale: number,
    shift: number,
    mean: number,
    variance: number,
    epsilon: number,
    isRectified: boolean,
    scratch: number,
  ): void;
  batchNormGradient(
    dy: number,
    x: number,
    dx: number,
    rows: number,
    channels: number,
    scale: number,
    shift: number,
    mean: number,
    inverse: number,
    isRectified: boolean,
    dScale: number,
    dShift: number,
    scratch: number,
  ): void;
  averagePoolGradient(dy: number, dx: number): void;
  maxPoolGradient(x: number, dy: number, dx: number): void;
  dropout(x: number, y: number, count: number, factor: number, threshold: number, seed: number): void;
  adam(
    count: number,
    weights: number,
    gradient: number,
    m: number,
    v: number,
    nextWeights: number,
    nextM: number,
    nextV: number,
    stepSize: number,
    beta1: number,
    beta2: number,
    correction: number,
    epsilon: number,
    weightDecay: number,
  ): void;
  sgd(
    count: number,
    weights: number,
    gradient: number,
    velocity: number,
    nextWeights: number,
    nextVelocity: number,
    learningRate: number,
    momentum: number,
    taken: number,
    weightDecay: number,
    isNesterov: boolean,
  ): void;
  placeImages(
    bytes: number,
    levels: number,
    placements: number,
    out: number,
    count: number,
    height: number,
    width: number,
    channels: number,
  ): void;
}

/** The part of WebAssembly's interface that is used here; Node's types leave it to those of browsers. */
interface WebAssemblyInterface {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

const { Module, Instance } = (globalThis as unknown as { readonly WebAssembly: WebAssemblyInterface }).WebAssembly;

const instances = new WeakMap<BackendWasm, SimdKernels>();

/** The SIMD kernels working in a backend's own memory, made when they are first asked for. */
export function simdKernels(backend: BackendWasm): SimdKernels {
  const made = instances.get(backend);
  if (made) return made;
  const { memory } = (backend.wasm as unknown as { readonly asm: { readonly memory: object } }).asm;
  const instance = new Instance(new Module(Buffer.from(moduleBytes, 'base64')), { env: { memory } });
  const kernels = instance.exports as SimdKernels;
  instances.set(backend, kernels);
  return kernels;
}
