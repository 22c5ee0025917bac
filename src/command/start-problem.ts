import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program that could not be started. */
export interface Start {
  readonly program: string;
  /** Absolute. */
  readonly cwd: string;
  /** The PATH in which it was looked for. */
  readonly path: string | undefined;
}

/** The reason why the system did not start a program, in words that help. @param error as `spawn` gives it. */
export function startProblem(error: NodeJS.ErrnoException, { program, cwd, path = '' }: Start): string {
  const folder = statSync(cwd, { throwIfNoEntry: false });
  if (!folder?.isDirectory()) return `there is no folder ${cwd} (its \`cwd\`)`;
  if (error.code === 'E2BIG') return 'its arguments and environment are too long for this system';
  if (error.code !== 'ENOENT' && error.code !== 'EACCES') return error.message;
  const nowhere = `there is no program '${program}'; is its name right, and is it in the PATH?`;
  if (error.code === 'ENOENT') return nowhere;
  if (program.includes('/')) return `'${program}' is not executable`;
  // The system reports a program that is nowhere like this, too, if it may not look into a folder of the PATH.
  const folders = path.split(delimiter).filter((each) => each !== '');
  const found = folders.map((each) => join(each, program)).find((file) => existsSync(file));
  if (found !== undefined) return `'${found}' is not executable`;
  const closed = folders.find((each) => existsSync(each) && !isSearchable(each));
  return closed === undefined ? nowhere : `${nowhere} (its folder ${closed} is closed to this user)`;
}

function isSearchable(folder: string): boolean {
  try {
    accessSync(folder, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
