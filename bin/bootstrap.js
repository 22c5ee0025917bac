// Loads a program of hpo so that users' TypeScript files can be imported. Registering comes before anything else is
// loaded, or a study would get a second copy of hpo.
import { existsSync } from 'node:fs';
import { register } from 'node:module';
import { register as registerCommonJs } from 'tsx/cjs/api';
import { register as registerModules } from 'tsx/esm/api';

const inCheckout = existsSync(new URL('../src/index.ts', import.meta.url));

/** @param {string} program a module below src/ (in a checkout) or dist/ (installed), without its ending */
export async function start(program) {
  registerModules();
  registerCommonJs();
  // In a checkout, `import 'hpo'` means src/ and not a dist/ that may be stale.
  if (inCheckout) register('./source-condition.js', import.meta.url);
  await import(inCheckout ? `../src/${program}.ts` : `../dist/${program}.js`);
}
