import { resolve } from 'node:path';
import { checkAddressSpace } from './address-space.js';
import { isCheckout } from './checkout.js';

/**
 * Loads a program of hpo.
 *
 * @param {string} program a module below src/ (in a checkout) or dist/ (installed), without its ending
 * @param {{ study?: string }} options the file of a study that the program imports; a program without one starts sooner
 * @returns the module
 */
export async function start(program, { study } = {}) {
  if (study !== undefined || isCheckout) {
    checkAddressSpace(study !== undefined);
    if (!isCheckout) await load(program); // a module takes a multiple of the time once TypeScript is enabled
    await import(`./typescript.js?study=${encodeURIComponent(resolve(study ?? 'study.ts'))}`);
  }
  return load(program);
}

/** Loads a program as {@link start} does, in a process where `--import` has enabled TypeScript. */
export function load(program) {
  return import(isCheckout ? `../src/${program}.ts` : `../dist/${program}.js`);
}
