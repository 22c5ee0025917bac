/** Builds the package and create-hpo: makes their `dist/` anew. `--checked`: `npm run typecheck` has passed already. */
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleCreate } from './build-create.ts';
import { buildPackage } from './build-package.ts';

const folder = fileURLToPath(new URL('../dist', import.meta.url));
await rm(folder, { recursive: true, force: true });
await buildPackage(folder, { isChecked: process.argv.includes('--checked') });

const create = fileURLToPath(new URL('../create-hpo/dist', import.meta.url));
await rm(create, { recursive: true, force: true });
await bundleCreate(create);
