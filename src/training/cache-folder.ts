import { join } from 'node:path';
import envPaths from 'env-paths';
import { readEnvironment } from './environment.ts';

/**
 * A folder inside hpo's cache: `HPO_CACHE` where that is set, else the platform's place for caches
 * (`~/.cache/hpo` on Linux). It need not exist yet.
 */
export function cacheFolder(...names: readonly string[]): string {
  return join(readEnvironment().cache ?? envPaths('hpo', { suffix: '' }).cache, ...names);
}
