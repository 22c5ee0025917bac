import { resolve } from 'node:path';
import { checkAddressSpace } from './address-space.js';
import { isCheckout } from './checkout.js';

/**
 * Loads a program of hpo.
 *
 * @param {string} program a module below src/ (in a checkout) or dist/ (installed), without its ending
 * @param {{ study?: string }} options the file of a study that it is to import; a program without one starts sooner
 */
export async function start(program, { study } = {}) {
  if (study !== undefined || isCheckout) {
    checkAddressSpace(study !== undefined);
    await import(`./typescript.js?study=${encodeURIComponent(resolve(study ?? 'study.ts'))}`);
  }
  await load(program);
}

/** As {@link start}, where `--import` has seen to TypeScript. */
export async function load(program) {
  await import(isCheckout ? `../src/${program}.ts` : `../dist/${program}.js`);
}
