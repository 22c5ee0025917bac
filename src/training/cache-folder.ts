import { homedir } from 'node:os';
import { join } from 'node:path';
import { HpoError } from '../base/errors.ts';
import { readEnvironment } from './environment.ts';

/**
 * A folder inside hpo's cache: `HPO_CACHE` where that is set, else the platform's place for caches
 * (`~/.cache/hpo` on Linux, or in `XDG_CACHE_HOME`). It need not exist yet.
 *
 * @throws HpoError HPO_FOLDER where the user has no home folder that the place would be in, as in some containers.
 */
export function cacheFolder(...names: readonly string[]): string {
  return join(readEnvironment().cache ?? platformCache(), ...names);
}

function platformCache(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  switch (process.platform) {
    case 'darwin':
      return join(homeFolder(), 'Library', 'Caches', 'hpo');
    case 'win32':
      return join(LOCALAPPDATA || join(homeFolder(), 'AppData', 'Local'), 'hpo', 'Cache');
    default:
      return join(XDG_CACHE_HOME || join(homeFolder(), '.cache'), 'hpo');
  }
}

function homeFolder(): string {
  let home = '';
  try {
    home = homedir();
  } catch {
    // HOME is not set, and the system does not know the user.
  }
  if (home !== '') return home;
  throw new HpoError(
    'HPO_FOLDER',
    "There is no home folder for hpo's cache to be in; name a folder for it by HPO_CACHE.",
  );
}
