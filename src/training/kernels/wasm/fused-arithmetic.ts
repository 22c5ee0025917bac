import { setFlagsFromString } from 'node:v8';
import { webAssembly } from './web-assembly.ts';

/** V8 of Node 20, which knows relaxed SIMD behind a flag; later ones have it on, and know the flag no more. */
const isBehindFlag = process.versions.v8.startsWith('11.3.');

/** A module that exports f(x: f32, y: f32, z: f32) → x·y + z by `f32x4.relaxed_madd`. */
const probe = Uint8Array.of(
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 8, 1, 0x60, 3, 0x7d, 0x7d, 0x7d, 1, 0x7d], // three f32 to one
  ...[3, 2, 1, 0],
  ...[7, 5, 1, 1, 0x66, 0, 0], // exported as f
  ...[10, 22, 1, 20, 0],
  ...[0x20, 0, 0xfd, 0x13, 0x20, 1, 0xfd, 0x13, 0x20, 2, 0xfd, 0x13], // each splat to four lanes
  ...[0xfd, 0x85, 0x02, 0xfd, 0x1f, 0, 0x0b],
);

let found: boolean | undefined;

/**
 * Whether WebAssembly has relaxed SIMD here and the processor rounds its multiply-adds once. Where the processor has no
 * such instruction, relaxed SIMD rounds twice, as multiplications and additions do, and gains nothing.
 */
export function hasFusedArithmetic(): boolean {
  found ??= withRelaxedSimd(() => {
    const { Module, Instance, validate } = webAssembly;
    if (!validate(probe)) return false;
    const { f } = new Instance(new Module(probe), {}).exports as { f: (x: number, y: number, z: number) => number };
    const x = 1 + 2 ** -12;
    return f(x, x, -Math.fround(x * x)) !== 0; // what the rounding of the product leaves out
  });
  return found;
}

/**
 * Runs `use` with modules of relaxed SIMD allowed, which then stay so. Node's flags change for this long alone, since
 * caches of compiled code are kept apart by them.
 */
export function withRelaxedSimd<T>(use: () => T): T {
  if (!isBehindFlag || webAssembly.validate(probe)) return use();
  setFlagsFromString('--experimental-wasm-relaxed-simd');
  try {
    return use();
  } finally {
    setFlagsFromString('--no-experimental-wasm-relaxed-simd');
  }
}
