/**
 * The upper bound of every kernel of the wasm backend: the multiply-adds of float32 a second that one thread does in
 * 128-bit WebAssembly SIMD when nothing waits for memory, by the arithmetic that the kernels take. Twelve accumulators,
 * each x ← x · c + d in a chain of its own: enough to hide the latency, few enough to stay in registers.
 */
import { readEnvironment } from '../../src/training/environment.ts';
import { hasFusedArithmetic, withRelaxedSimd } from '../../src/training/kernels/wasm/fused-arithmetic.ts';

// The types of Node and of ES2023 have no WebAssembly; this is the part of it that is used here.
const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: { readonly f: (count: number) => number } };
}

const accumulators = 12;
const rounds = 20_000; // a call; calls are many and short, since V8 changes to optimised code between two calls alone

const [i32, f32, v128] = [0x7f, 0x7d, 0x7b];
const simd = {
  splat: [0xfd, 0x13],
  add: [0xfd, 0xe4, 0x01],
  mul: [0xfd, 0xe6, 0x01],
  fused: [0xfd, 0x85, 0x02],
  extract: [0xfd, 0x1f, 0x00],
};
const isFused = readEnvironment().simd !== 'plain' && hasFusedArithmetic();
const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const constant = (value: number): number[] => [0x43, ...new Uint8Array(Float32Array.of(value).buffer), ...simd.splat];
const sized = (bytes: readonly number[]): number[] => {
  const { length } = bytes; // LEB128
  return length < 128 ? [length, ...bytes] : [(length & 127) | 128, length >> 7, ...bytes];
};
const section = (id: number, ...content: readonly number[]): number[] => [id, ...sized(content)];

/**
 * Makes (count: i32) → f32, which runs this number of rounds and returns the sum of the first lanes, so that the work
 * is not dropped.
 */
function compile(): (count: number) => number {
  const [factor, term] = [accumulators + 1, accumulators + 2]; // local 0 is the count, 1 and on are the accumulators
  const multiplyAdd = (term: number): number[] =>
    isFused ? [...get(term), ...simd.fused] : [...simd.mul, ...get(term), ...simd.add];
  const every = (body: (local: number) => number[]): number[] =>
    Array.from({ length: accumulators }, (_, at) => body(at + 1)).flat();
  const body = [
    ...[1, accumulators + 2, v128],
    ...[...constant(0.5), ...set(factor), ...constant(1), ...set(term)],
    ...[0x03, 0x40], // loop
    ...every((local) => [...get(local), ...get(factor), ...multiplyAdd(term), ...set(local)]),
    ...[...get(0), 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b], // count − 1, again unless it is 0
    ...every((local) => [...get(local), ...simd.extract, ...(local > 1 ? [0x92] : [])]),
    0x0b,
  ];
  const module = Uint8Array.of(
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, 1, 0x60, 1, i32, 1, f32),
    ...section(3, 1, 0),
    ...section(7, 1, 1, 0x66, 0, 0), // exported as f
    ...section(10, 1, ...sized(body)),
  );
  return new Instance(withRelaxedSimd(() => new Module(module))).exports.f;
}

const run = compile();

/** Measures for the given time. @returns multiply-adds a second. */
export function simdPeak(seconds: number): number {
  let calls = 0;
  const start = performance.now();
  const elapsed = (): number => (performance.now() - start) / 1000;
  while (elapsed() < seconds) {
    run(rounds);
    calls++;
  }
  return (calls * rounds * accumulators * 4) / elapsed();
}
