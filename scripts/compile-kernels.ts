import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc, { type Transform } from 'assemblyscript/asc';
import { type KernelFunction, kernelFunctions, moduleExportsText } from './kernel-functions.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = 'src/training/kernels/wasm';
const entry = `${folder}/assembly/index`;

/** The text of each file of `src/training/kernels/wasm/` that is made of the SIMD kernels, by the file's name. */
export type KernelFiles = Readonly<Record<'module-bytes.ts' | 'module-exports.ts', string>>;

/**
 * Compiles the SIMD kernels. The module has no memory, data or runtime of its own, since it works in the backend's.
 *
 * @returns the files that carry the module and that call its functions.
 * @throws the compiler's messages.
 */
export async function compileKernels(): Promise<KernelFiles> {
  let module: Uint8Array | undefined;
  let functions: readonly KernelFunction[] = [];
  const flags = ['--noAssert', '--runtime', 'stub', '--importMemory', '--enable', 'simd', '--disableWarning', '112'];
  const reader: Pick<Transform, 'afterInitialize'> = {
    afterInitialize: (program) => {
      functions = kernelFunctions(program, entry);
    },
  };
  const { error, stderr } = await asc.main([`${entry}.ts`, '--outFile', 'kernels.wasm', '-O3', ...flags], {
    readFile: (name) => readFile(join(root, name), 'utf8').catch(() => null),
    writeFile: (_, contents) => {
      module = contents as Uint8Array;
    },
    listFiles: () => [],
    transforms: [reader as Transform],
  });
  if (error || !module) throw new Error(stderr.toString());
  return {
    'module-bytes.ts': [
      '/** The compiled SIMD kernels of `assembly/`, base64. Made by `npm run build:kernels`; do not edit. */',
      `export const moduleBytes =\n  '${Buffer.from(module).toString('base64')}';`,
      '',
    ].join('\n'),
    'module-exports.ts': formatted('module-exports.ts', moduleExportsText(functions)),
  };
}

/** The text as `npm run format` would leave it. */
function formatted(name: string, text: string): string {
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const args = [biome, 'format', `--stdin-file-path=${folder}/${name}`];
  return execFileSync(process.execPath, args, { cwd: root, input: text, encoding: 'utf8' });
}
