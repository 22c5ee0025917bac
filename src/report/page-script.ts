import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { addonProblem } from '../base/native-addon.ts';
import { CODE_ROOT, IS_SOURCE } from '../base/package-root.ts';

const NOTICE =
  '/* Contains Apache ECharts, copyright The Apache Software Foundation, Apache License 2.0, and zrender, BSD 3-Clause. */';

/** The place of the page's script below the build's folder. */
export const BUILT_SCRIPT = 'report/page.js';

/**
 * The page's script in one piece, as the build holds it.
 *
 * @throws HpoError HPO_INSTALLATION in a checkout where there is no compiler for this machine.
 */
export function pageScript(): Promise<string> {
  return IS_SOURCE ? bundledScript() : readFile(new URL(BUILT_SCRIPT, CODE_ROOT), 'utf8');
}

/**
 * The page's script, made from its sources. A process of esbuild's makes it, so that this one can read the study in the
 * meantime.
 */
export async function bundledScript(): Promise<string> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('report/client/main.ts', CODE_ROOT))],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none', // those of its parts do not name them; this does
    banner: { js: NOTICE },
  }).catch((error: unknown) => {
    throw addonProblem('esbuild', error) ?? error;
  });
  return outputFiles[0]?.text ?? '';
}
