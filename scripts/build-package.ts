import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build, type Plugin } from 'esbuild';
import { builtScript, bundledScript, PAGES } from '../src/report/page-script.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The modules that the package exports, and those that `bin/` and threads start, below `src/` without their ending. */
const ENTRIES = [
  'index',
  'training/index',
  'testing/index',
  'cli/main',
  'runner/worker/main',
  'sampler/gp/solver-main',
  'training/backend/diagnosis/main',
  'training/backend/packing/main',
];

/** Modules that stand in one file with all that they import, and the entries and dynamic imports that load this file. */
interface Shared {
  readonly modules: readonly string[];
  readonly importers: RegExp;
}

const SHARED: Readonly<Record<string, Shared>> = {
  library: {
    modules: ['index', 'runner/study-file', 'runner/wire/channel'],
    importers:
      /\/src\/(index|testing\/index|cli\/(main|completion|commands\/\w+)|(dashboard|report)\/\w+|runner\/worker\/main)\.ts$/,
  },
  command: {
    modules: ['cli/commands/run', 'cli/commands/best', 'cli/commands/trials'],
    importers: /\/src\/(cli\/(main|completion|commands\/\w+)|(dashboard|report)\/\w+)\.ts$/,
  },
};

/** Large packages of CommonJS. Before Node imports one, it reads through the whole source for the names of its exports. */
const LARGE_PACKAGES = /^(@tensorflow\/tfjs-(core|layers|backend-cpu|backend-wasm)|esbuild)$/;

/** Options of {@link buildPackage}. */
interface BuildOptions {
  /** Whether the sources are known to have no errors of types, which are not looked for then. Default: false. */
  readonly isChecked?: boolean;
}

/**
 * Builds the package in a folder, in few files: each that is imported takes a millisecond, and many times that in a
 * process that can import TypeScript. The packages that it depends on stay apart.
 */
export async function buildPackage(folder: string, { isChecked = false }: BuildOptions = {}): Promise<void> {
  await Promise.all([bundle(folder), declare(folder, isChecked)]);
}

/** Writes the declarations of types. */
async function declare(folder: string, isChecked: boolean): Promise<void> {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const args = [tsc, '-p', 'tsconfig.build.json', '--outDir', folder, ...(isChecked ? ['--noCheck'] : [])];
  await promisify(execFile)(process.execPath, args, { cwd: root });
}

/** Writes all that a program of the package loads. */
export async function bundle(folder: string): Promise<void> {
  await writeScripts(folder);
  await build({
    absWorkingDir: root,
    entryPoints: ENTRIES.map((name) => ({ in: `src/${name}.ts`, out: name })),
    outdir: folder,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    charset: 'utf8',
    banner: { js: DEFINE_REQUIRE },
    plugins: [sharedFiles, requiredPackages],
  });
}

/**
 * Splitting gives each set of modules that the same entries need a file of its own, a hundred small ones in all. Where
 * every importer needs all shared modules, they are one set.
 */
const sharedFiles: Plugin = {
  name: 'shared-files',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^hpo-shared:/ }, ({ path }) => ({ path: path.replace(/.*:/, ''), namespace: 'hpo-shared' }));
    onLoad({ filter: /.*/, namespace: 'hpo-shared' }, ({ path }) => ({
      contents: imports((SHARED[path] as Shared).modules.map((name) => `./src/${name}.ts`)),
      resolveDir: root,
    }));
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const names = Object.keys(SHARED).filter((name) => SHARED[name]?.importers.test(path));
      const code = await readFile(path, 'utf8');
      return { contents: imports(names.map((name) => `hpo-shared:${name}`)) + code, loader: 'ts' };
    });
  },
};

const DEFINE_REQUIRE = `import { createRequire as hpoRequire } from 'node:module';\nconst require = hpoRequire(import.meta.url);`;

/** Has {@link LARGE_PACKAGES} required where the sources import them. */
const requiredPackages: Plugin = {
  name: 'required-packages',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: LARGE_PACKAGES }, ({ path, kind }) =>
      kind === 'require-call' ? { path, external: true } : { path, namespace: 'required' },
    );
    onLoad({ filter: /.*/, namespace: 'required' }, ({ path }) => {
      const names = Object.keys(createRequire(import.meta.url)(path)).filter((name) => name !== 'default');
      return {
        contents: `export const { ${names.join(', ')} } = require(${JSON.stringify(path)});`,
        resolveDir: root,
      };
    });
  },
};

function imports(modules: readonly string[]): string {
  return modules.map((module) => `import ${JSON.stringify(module)};\n`).join('');
}

/** Writes the scripts of pages. */
async function writeScripts(folder: string): Promise<void> {
  for (const page of PAGES) {
    const file = join(folder, builtScript(page));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, await bundledScript(page));
  }
}
