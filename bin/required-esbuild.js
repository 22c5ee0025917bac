// A resolve hook that gives tsx's own hooks this module in the place of esbuild: Node would read through all of esbuild's
// source for the names of its exports before it imported it, which takes longer than anything else at the start.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const tsx = createRequire(import.meta.url).resolve('tsx');
const folder = new URL('./', pathToFileURL(tsx)).href;

export const { transform, transformSync, version } = createRequire(tsx)('esbuild');

export const resolve = (specifier, context, next) =>
  specifier === 'esbuild' && context.parentURL?.startsWith(folder)
    ? { url: import.meta.url, format: 'module', shortCircuit: true }
    : next(specifier, context);
