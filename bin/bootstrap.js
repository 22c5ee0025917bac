// Loads a program of hpo, such that it can import TypeScript files.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { checkAddressSpace } from './address-space.js';
import * as sourceCondition from './source-condition.js';

const inCheckout = existsSync(new URL('../src/index.ts', import.meta.url));

/**
 * @param {string} program a module below src/ (in a checkout) or dist/ (installed), without its ending
 * @param {{ studies: boolean }} options whether it is to import studies; a program that does not starts sooner
 */
export async function start(program, { studies }) {
  if (studies || inCheckout) {
    checkAddressSpace(studies);
    await registerTypeScript();
  }
  // In a checkout, `import 'hpo'` means src/ and not a dist/ that may be stale.
  if (inCheckout) {
    if (module.registerHooks) module.registerHooks(sourceCondition);
    else module.register('./source-condition.js', import.meta.url); // before Node 22.15
  }
  await import(inCheckout ? `../src/${program}.ts` : `../dist/${program}.js`);
}

/** Before anything of hpo is loaded, or a study would get a second copy of it. */
async function registerTypeScript() {
  const modules = await import('tsx/esm/api');
  const commonJs = await import('tsx/cjs/api');
  modules.register();
  commonJs.register();
}
