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

/** The features of WebAssembly that each module needs. The sources ask for them by `ASC_FEATURE_RELAXED_SIMD`. */
const modules = { fused: ['simd', 'relaxed-simd'], plain: ['simd'] } as const;

/**
 * Compiles the SIMD kernels into both modules. They have no memory, data or runtime of their own, since they work in
 * the backend's.
 *
 * @returns the files that carry the modules and that call their functions.
 * @throws the compiler's messages.
 */
export async function compileKernels(): Promise<KernelFiles> {
  const [fused, plain] = [await compile(modules.fused), await compile(modules.plain)];
  const text = ({ bytes }: Compiled): string => `'${Buffer.from(bytes).toString('base64')}'`;
  const bytesText = `
/**
 * The SIMD kernels of \`assembly/\`, compiled twice, base64: with fused multiply-adds, which need WebAssembly's relaxed
 * SIMD, and with multiplications and additions. Made by \`npm run build:kernels\`; do not edit.
 */
export const moduleBytes = { fused: ${text(fused)}, plain: ${text(plain)} } as const;
`;
  return {
    'module-bytes.ts': formatted('module-bytes.ts', bytesText.trimStart()),
    'module-exports.ts': formatted('module-exports.ts', moduleExportsText(plain.functions)),
  };
}

interface Compiled {
  readonly bytes: Uint8Array;
  readonly functions: readonly KernelFunction[];
}

async function compile(features: readonly string[]): Promise<Compiled> {
  let bytes: Uint8Array | undefined;
  let functions: readonly KernelFunction[] = [];
  const enabled = features.flatMap((feature) => ['--enable', feature]);
  const flags = ['--noAssert', '--runtime', 'stub', '--importMemory', ...enabled, '--disableWarning', '112'];
  const reader: Pick<Transform, 'afterInitialize'> = {
    afterInitialize: (program) => {
      functions = kernelFunctions(program, entry);
    },
  };
  const { error, stderr } = await asc.main([`${entry}.ts`, '--outFile', 'kernels.wasm', '-O3', ...flags], {
    readFile: (name) => readFile(join(root, name), 'utf8').catch(() => null),
    writeFile: (_, contents) => {
      bytes = contents as Uint8Array;
    },
    listFiles: () => [],
    transforms: [reader as Transform],
  });
  if (error || !bytes) throw new Error(stderr.toString());
  return { bytes, functions };
}

/** The text as `npm run format` would leave it. */
function formatted(name: string, text: string): string {
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const args = [biome, 'format', `--stdin-file-path=${folder}/${name}`];
  return execFileSync(process.execPath, args, { cwd: root, input: text, encoding: 'utf8' });
}
