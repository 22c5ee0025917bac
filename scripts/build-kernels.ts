/** Compiles the SIMD kernels of `src/training/kernels/wasm/assembly/` into the TypeScript file that carries them. */
import { writeFile } from 'node:fs/promises';
import { compileKernels } from './compile-kernels.ts';

await writeFile(new URL('../src/training/kernels/wasm/module-bytes.ts', import.meta.url), await compileKernels());
