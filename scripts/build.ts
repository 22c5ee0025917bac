/** Builds the package: makes `dist/` anew. `--checked`: the sources have passed `npm run typecheck` already. */
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { buildPackage } from './build-package.ts';

const folder = fileURLToPath(new URL('../dist', import.meta.url));
await rm(folder, { recursive: true, force: true });
await buildPackage(folder, { isChecked: process.argv.includes('--checked') });
