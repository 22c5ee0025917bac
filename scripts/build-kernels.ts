/** Compiles the SIMD kernels of `src/training/kernels/wasm/assembly/` into the TypeScript files that carry and call them. */
import { writeFile } from 'node:fs/promises';
import { compileKernels } from './compile-kernels.ts';

for (const [name, text] of Object.entries(await compileKernels())) {
  await writeFile(new URL(`../src/training/kernels/wasm/${name}`, import.meta.url), text);
}
