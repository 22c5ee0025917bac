import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build, type Metafile, type Plugin, transform } from 'esbuild';
import { builtScript, bundledScript, PAGES } from '../src/report/page-script.ts';
import { FONTS } from '../src/report/png.ts';
import { isRequiredPackage } from '../src/training/packages/training-packages.ts';
import { unreachableDeclarations } from './declarations.ts';
import { licencesOf } from './licences.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);
const { dependencies, peerDependencies } = require('../package.json') as Readonly<
  Record<'dependencies' | 'peerDependencies', Readonly<Record<string, string>>>
>;

/** The modules that the package exports, below `src/` without their ending. */
const EXPORTS = ['index', 'training/index', 'testing/index'];

/** Those, and the modules that `bin/` and threads start. */
const ENTRIES = [
  ...EXPORTS,
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
      /\/src\/(index|testing\/index|cli\/(main|completion|commands\/\w+)|(dashboard|live|report)\/\w+|runner\/worker\/main)\.ts$/,
  },
  command: {
    modules: ['cli/commands/run', 'cli/commands/best', 'cli/commands/trials'],
    importers: /\/src\/(cli\/(main|completion|commands\/\w+)|(dashboard|live|report)\/\w+)\.ts$/,
  },
};

/** Large packages of CommonJS. Before Node imports one, it reads through the whole source for the names of its exports. */
const LARGE_PACKAGES = /^(@tensorflow\/tfjs-(core|layers|backend-cpu|backend-wasm)|esbuild)$/;

/** The packages that users install; all others that the sources import become a part of the build. */
const APART = Object.keys({ ...dependencies, ...peerDependencies });

/**
 * The modules of CommonJS for what is required: Node gives it the very modules that others import. TypeScript allows
 * that by the types of a module of CommonJS.
 */
const REQUIRED = "module.exports = require('./index.js');\n";
const REQUIRED_TYPES = "export * from './index.js';\n";

/** The file with the licences of the packages that are a part of the build. */
const LICENCES = 'third-party-licences.txt';

/** Options of {@link buildPackage}. */
interface BuildOptions {
  /** Whether the sources are known to have no errors of types, which are not looked for then. Default: false. */
  readonly isChecked?: boolean;
}

/**
 * Builds the package in a folder, in few files: each that is imported takes a millisecond, and many times that in a
 * process that can import TypeScript. The packages that users install beside it stay apart; others are a part of it.
 */
export async function buildPackage(folder: string, { isChecked = false }: BuildOptions = {}): Promise<void> {
  await Promise.all([bundle(folder), declare(folder, isChecked)]);
}

/** Writes the declarations of types that the exports lead to. */
async function declare(folder: string, isChecked: boolean): Promise<void> {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const args = [tsc, '-p', 'tsconfig.build.json', '--outDir', folder, ...(isChecked ? ['--noCheck'] : [])];
  await promisify(execFile)(process.execPath, args, { cwd: root });
  await Promise.all(EXPORTS.map((name) => writeFile(join(folder, `${name}.d.cts`), REQUIRED_TYPES)));
  await Promise.all((await unreachableDeclarations(folder, EXPORTS)).map((file) => rm(file)));
}

/** Writes all that a program of the package loads. */
export async function bundle(folder: string): Promise<void> {
  await writeScripts(folder);
  await Promise.all(FONTS.map(({ source, built }) => copyFile(require.resolve(source), join(folder, built))));
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ENTRIES.map((name) => ({ in: `src/${name}.ts`, out: name })),
    outdir: folder,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    external: APART,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    charset: 'utf8',
    banner: { js: DEFINE_REQUIRE },
    plugins: [sharedFiles, requiredPackages, productionReact],
  });
  await Promise.all(EXPORTS.map((name) => writeFile(join(folder, `${name}.cjs`), REQUIRED)));
  await Promise.all(Object.keys(metafile.outputs).filter(isMostlyForeign(metafile)).map(minify));
  const used = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
  const fonts = FONTS.map(({ source }) => `node_modules/${source}`);
  await writeFile(join(folder, LICENCES), await licencesOf(root, [...used, ...fonts]));
}

/** Whether most of an output came with packages, whose code nobody reads in a stack trace. */
function isMostlyForeign({ outputs }: Metafile): (path: string) => boolean {
  return (path) => {
    const { bytes = 0, inputs = {} } = outputs[path] ?? {};
    const foreign = Object.entries(inputs).filter(([name]) => name.includes('node_modules/'));
    return foreign.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0) > bytes / 2;
  };
}

async function minify(path: string): Promise<void> {
  const file = join(root, path);
  const { code } = await transform(await readFile(file, 'utf8'), {
    minify: true,
    format: 'esm',
    platform: 'node',
    charset: 'utf8',
  });
  await writeFile(file, code);
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
      const names = Object.keys(require(path)).filter((name) => name !== 'default');
      const isChecked = isRequiredPackage(path);
      return {
        contents: [
          ...(isChecked ? ["import { requiredPackage } from './src/training/packages/training-packages.ts';"] : []),
          `export const { ${names.join(', ')} } = ${isChecked ? 'requiredPackage' : 'require'}(${JSON.stringify(path)});`,
        ].join('\n'),
        resolveDir: root,
      };
    });
  },
};

/** Leaves out what React and Ink have for development, which is not loaded (see src/cli/load-dashboard.ts). */
const productionReact: Plugin = {
  name: 'production-react',
  setup({ onLoad }) {
    onLoad({ filter: /\/node_modules\/(?:.+\.development|ink\/build\/devtools)\.js$/ }, () => ({ contents: '' }));
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
