import { resolve } from 'node:path';
import { checkAddressSpace } from './address-space.js';
import { isCheckout } from './checkout.js';

/**
 * Loads a program of hpo.
 *
 * @param {string} program a module below src/ (in a checkout) or dist/ (installed), without its ending
 * @param {{ study?: string }} options the file of a study that the program imports; a program without one starts sooner
 */
export async function start(program, { study } = {}) {
  if (study !== undefined || isCheckout) {
    checkAddressSpace(study !== undefined);
    await import(`./typescript.js?study=${encodeURIComponent(resolve(study ?? 'study.ts'))}`);
  }
  await load(program);
}

/** Loads a program as {@link start} does, in a process where `--import` has enabled TypeScript. */
export async function load(program) {
  await import(isCheckout ? `../src/${program}.ts` : `../dist/${program}.js`);
}
