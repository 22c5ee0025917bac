import { join } from 'node:path';
import envPaths from 'env-paths';

/**
 * A folder inside hpo's cache: `HPO_CACHE` where that is set, else the platform's place for caches
 * (`~/.cache/hpo` on Linux). It need not exist yet.
 */
export function cacheFolder(...names: readonly string[]): string {
  return join(process.env.HPO_CACHE || envPaths('hpo', { suffix: '' }).cache, ...names);
}
