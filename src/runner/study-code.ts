import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin, PluginBuild } from 'esbuild';
import { Mutex } from '../base/mutex.ts';
import { addonProblem } from '../base/native-addon.ts';
import { CODE_ROOT } from '../base/package-root.ts';
import { shortHash } from '../base/short-hash.ts';

/** The files that the bundler reads as code or as JSON; others count by their bytes. */
const READABLE = /^\.(?:[cm]?[jt]s|[jt]sx|json)$/;

/**
 * A short hash of a study's code: of its file and of the user's own files that it imports, bundled, so that comments and
 * layout do not count. Packages count by their names, and hpo does not count at all. The hash is the same on every
 * machine, wherever the files lie.
 *
 * Code that cannot be bundled counts by the bytes of the study's file alone.
 *
 * @throws HpoError HPO_INSTALLATION where there is no compiler for this machine.
 */
export function hashOfCode(studyFile: string): Promise<string> {
  return bundling.run(() => hashOfBundle(resolve(studyFile)));
}

/** Has one bundle made at a time: each ends the bundler's process, which would last as long as this one. */
const bundling = new Mutex();

async function hashOfBundle(file: string): Promise<string> {
  const { build, stop } = createRequire(import.meta.url)('esbuild') as typeof import('esbuild'); // quicker than an import
  try {
    const { outputFiles } = await build({
      entryPoints: [file],
      absWorkingDir: dirname(file), // the paths in the bundle start there
      bundle: true,
      write: false,
      outdir: 'bundle',
      format: 'esm',
      platform: 'node',
      target: 'esnext',
      minifyWhitespace: true, // without comments, which hold paths
      legalComments: 'none',
      charset: 'utf8',
      logLevel: 'silent',
      plugins: [ownFiles],
    });
    return shortHash(outputFiles.map(({ text }) => text).join('\n'));
  } catch (error) {
    const problem = addonProblem('esbuild', error);
    if (problem !== undefined) throw problem;
    return shortHash(await readFile(file, 'utf8'));
  } finally {
    await stop();
  }
}

/** Bundles the user's own files alone: packages, hpo and what is not found stay imports. */
const ownFiles: Plugin = {
  name: 'own-files',
  setup(build: PluginBuild) {
    const ownCode = fileURLToPath(CODE_ROOT);
    build.onResolve({ filter: /.*/ }, async ({ path, pluginData, kind, importer, resolveDir, namespace }) => {
      if (pluginData === ownFiles || kind === 'entry-point') return undefined;
      const external = { path, external: true } as const;
      const found = await build.resolve(path, { kind, importer, resolveDir, namespace, pluginData: ownFiles });
      const isOurs = found.path.startsWith(ownCode) || /^hpo(?:\/|$)/.test(path);
      return found.errors.length > 0 || found.external || isOurs || isInstalled(found.path) ? external : found;
    });
    build.onLoad({ filter: /.*/ }, async ({ path }) =>
      READABLE.test(extname(path)) ? undefined : { contents: await readFile(path), loader: 'binary' },
    );
  },
};

function isInstalled(path: string): boolean {
  return /[\\/]node_modules[\\/]/.test(path);
}
