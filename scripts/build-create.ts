import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Writes the program of create-hpo in one file, `main.js`, with the templates that it shares with `hpo init`. */
export async function bundleCreate(folder: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: [join(root, 'create-hpo/src/main.ts')],
    outfile: join(folder, 'main.js'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    charset: 'utf8',
    legalComments: 'inline',
  });
}
