import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('..', import.meta.url));
const entry = 'src/training/kernels/wasm/assembly/index.ts';

/**
 * Compiles the SIMD kernels. The module has no memory, data or runtime of its own, since it works in the backend's.
 *
 * @returns the text of `src/training/kernels/wasm/module-bytes.ts`, which carries the module.
 * @throws the compiler's messages.
 */
export async function compileKernels(): Promise<string> {
  let module: Uint8Array | undefined;
  const flags = ['--noAssert', '--runtime', 'stub', '--importMemory', '--enable', 'simd', '--disableWarning', '112'];
  const { error, stderr } = await asc.main([entry, '--outFile', 'kernels.wasm', '-O3', ...flags], {
    readFile: (name) => readFile(join(root, name), 'utf8').catch(() => null),
    writeFile: (_, contents) => {
      module = contents as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error || !module) throw new Error(stderr.toString());
  return [
    '/** The compiled SIMD kernels of `assembly/`, base64. Made by `npm run build:kernels`; do not edit. */',
    `export const moduleBytes =\n  '${Buffer.from(module).toString('base64')}';`,
    '',
  ].join('\n');
}
