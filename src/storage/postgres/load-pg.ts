import { createRequire } from 'node:module';
import { join } from 'node:path';
import { HpoError } from '../../base/errors.ts';
import { managerAbove, NPM } from '../../base/package-manager.ts';

type Pg = typeof import('pg');

/** The oldest version that sends statements without waiting for the answers to those before them. */
const LEAST = [8, 23] as const;

let loaded: Pg | undefined;

/**
 * The package `pg`, the client of PostgreSQL, which hpo leaves to those who need it: as Node finds it from where hpo is
 * installed, else from the working directory, for an hpo that is installed for all projects.
 *
 * @param from the folder to look in at last; default: the working directory.
 * @throws HpoError HPO_INSTALLATION with the command that installs it, where it is missing or too old.
 */
export function loadPg(from = process.cwd()): Pg {
  loaded ??= find([createRequire(import.meta.url), createRequire(join(from, 'resolve.js'))], from);
  return loaded;
}

/** The package as the first of several places sees it. @param from the folder to install it in. */
export function find(places: readonly NodeJS.Require[], from: string): Pg {
  for (const require of places) {
    let version: string;
    try {
      version = (require('pg/package.json') as { readonly version: string }).version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') continue;
      throw error;
    }
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major === LEAST[0] && minor >= LEAST[1]) return require('pg') as Pg;
    throw missing(
      `version ${version} is installed, and hpo needs ${LEAST.join('.')} or a later one of ${LEAST[0]}`,
      from,
    );
  }
  throw missing('it is not installed', from);
}

function missing(problem: string, from: string): HpoError {
  const { manager, where } = managerAbove(from) ?? { manager: NPM, where: '' };
  const mend = `${manager.add(`pg@${LEAST[0]}`)}${where}`;
  return new HpoError('HPO_INSTALLATION', `PostgreSQL needs the package 'pg': ${problem}; run ${mend}.`, {
    data: { package: 'pg' },
  });
}
