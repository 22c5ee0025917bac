import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { addonProblem } from '../base/native-addon.ts';

const NOTICE =
  '/* Contains Apache ECharts, copyright The Apache Software Foundation, Apache License 2.0, and zrender, BSD 3-Clause. */';

/**
 * The page's script in one piece: from TypeScript in a checkout, from JavaScript where hpo is installed. A process of
 * esbuild's makes it, so that this one can read the study in the meantime.
 *
 * @throws HpoError HPO_INSTALLATION where there is no compiler for this machine.
 */
export async function pageScript(): Promise<string> {
  const entry = new URL(`./client/main${extname(import.meta.url)}`, import.meta.url);
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(entry)],
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
