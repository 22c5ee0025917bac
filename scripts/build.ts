/** Builds the package: makes `dist/` anew. */
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { buildPackage } from './build-package.ts';

const folder = fileURLToPath(new URL('../dist', import.meta.url));
await rm(folder, { recursive: true, force: true });
await buildPackage(folder);
