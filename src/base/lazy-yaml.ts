import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The package `yaml`, loaded when it is first needed: that takes a tenth of the time of most commands. */
export function yaml(): typeof import('yaml') {
  return require('yaml') as typeof import('yaml');
}
