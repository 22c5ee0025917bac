import { existsSync } from 'node:fs';

/** Whether this is hpo's source, in TypeScript, and not its build. */
export const IS_SOURCE = import.meta.url.endsWith('.ts');

/** The folder of this package, with its programs in `bin/`. */
export const PACKAGE_ROOT = rootAbove(new URL('./', import.meta.url));

/** The folder of hpo's code: the sources, or the build. */
export const CODE_ROOT = new URL(IS_SOURCE ? 'src/' : 'dist/', PACKAGE_ROOT);

/** The nearest folder, going up, that has a manifest: the build puts this module into a file of its own choice. */
function rootAbove(folder: URL): URL {
  const parent = new URL('../', folder);
  return existsSync(new URL('package.json', folder)) || parent.href === folder.href ? folder : rootAbove(parent);
}
