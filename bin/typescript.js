// Enables this process to import TypeScript, compiled by the tsconfig.json nearest to the study that the query of this
// module's URL names: `?study=/path/to/study.ts`. Named by `--import`, it also works in the threads and the Node processes
// that a study starts.
import { existsSync, mkdtempSync, rmdirSync } from 'node:fs';
import module from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import * as asModule from './as-module.js';
import { isCheckout } from './checkout.js';
import * as sourceCondition from './source-condition.js';

const isWorker = isMainThread && process.argv[1] === fileURLToPath(new URL('worker.js', import.meta.url));
if (isWorker && !isCheckout) await import('../dist/index.js'); // takes a multiple of the time once tsx is registered

const study = new URL(import.meta.url).searchParams.get('study');
const tsconfig = process.env.TSX_TSCONFIG_PATH || nearestTsconfig(dirname(study));
try {
  rmdirSync(mkdtempSync(join(tmpdir(), 'hpo-')));
} catch {
  process.env.TSX_DISABLE_CACHE = '1'; // tsx ends the process where it cannot write there
}
let problem; // of the tsconfig

const require = module.createRequire(import.meta.url); // an import would look through the source for its exports
const commonJs = require('tsx/cjs/api');
const modules = module.registerHooks ? await import('tsx/esm/api') : undefined;
try {
  register(tsconfig);
} catch (error) {
  problem = error.message;
  register(false);
}
globalThis[Symbol.for('hpo.tsconfig')] = { path: tsconfig, problem }; // src/runner/tsconfig.ts refuses a broken one
registerHook('./as-module.js', asModule);
if (isCheckout) registerHook('./source-condition.js', sourceCondition);

function registerHook(path, hook) {
  if (module.registerHooks) module.registerHooks(hook);
  else module.register(path, import.meta.url); // before Node 22.15
}

/**
 * Registers tsx. @param tsconfig the file; undefined for tsx's choice, that of the working directory; false for none.
 */
function register(tsconfig) {
  if (modules) modules.register({ tsconfig });
  else {
    // Before Node 22.15 the hooks run in a thread, which tsx starts in this way, too; its API takes as long to load again.
    module.register('./required-esbuild.js', import.meta.url);
    module.register('tsx/esm', import.meta.url, { data: { tsconfig } });
  }
  const former = process.env.TSX_TSCONFIG_PATH;
  if (tsconfig) process.env.TSX_TSCONFIG_PATH = tsconfig; // tsx takes it in no other way
  try {
    commonJs.register();
  } finally {
    if (former === undefined) delete process.env.TSX_TSCONFIG_PATH;
  }
}

function nearestTsconfig(folder) {
  const file = join(folder, 'tsconfig.json');
  if (existsSync(file)) return file;
  const parent = dirname(folder);
  return parent === folder ? undefined : nearestTsconfig(parent);
}
