import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { addonProblem } from '../base/native-addon.ts';
import { CODE_ROOT, IS_SOURCE } from '../base/package-root.ts';

const NOTICE =
  '/* Contains Apache ECharts, copyright The Apache Software Foundation, Apache License 2.0, and zrender, BSD 3-Clause. */';

/** The pages that have a script: `report`, the file of `hpo report`, and `live`, the page of `hpo dashboard --web`. */
export const PAGES = ['report', 'live'] as const;
export type PageName = (typeof PAGES)[number];

/** The place of a page's script below the build's folder. */
export function builtScript(page: PageName): string {
  return `${page}/page.js`;
}

/**
 * A page's script in one piece, as the build holds it.
 *
 * @param page default: `report`.
 * @throws HpoError HPO_INSTALLATION in a checkout where there is no compiler for this machine.
 */
export function pageScript(page: PageName = 'report'): Promise<string> {
  return IS_SOURCE ? bundledScript(page) : readFile(new URL(builtScript(page), CODE_ROOT), 'utf8');
}

/**
 * A page's script, made from its sources. A process of esbuild's makes it, so that this one can read the study in the
 * meantime.
 */
export async function bundledScript(page: PageName): Promise<string> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`${page}/client/main.ts`, CODE_ROOT))],
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
