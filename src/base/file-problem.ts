import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { HpoError } from './errors.ts';

/**
 * Explains to people why nothing can be written to a path: the folder at fault, and what is wrong with it, without a
 * full stop.
 * @param cause the system's error.
 */
export function fileProblem(path: string, cause: unknown): string {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  const folder = nearestFolder(path);
  // mkdir reports ENOENT, too, where the folder above may only be read.
  return writeProblem(folder) ?? systemProblem(code, path, folder) ?? message;
}

/**
 * Explains why nothing can be made in a folder, or in the nearest existing one above it; undefined where something can.
 */
export function writeProblem(folder: string): string | undefined {
  const nearest = nearestFolder(folder, true);
  try {
    accessSync(`${nearest}/.`, constants.W_OK | constants.X_OK); // `/.` makes the system refuse a file
    return undefined;
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    return systemProblem(code, folder, nearest) ?? message;
  }
}

/**
 * Explains a code of the system's errors as {@link fileProblem} does; undefined for codes that no path causes.
 * @param folder the existing folder that is nearest to the path.
 */
export function systemProblem(code: string, path: string, folder = nearestFolder(path)): string | undefined {
  switch (code) {
    case 'EROFS':
      return `${folder} is on a disk that may only be read`;
    case 'EACCES':
    case 'EPERM':
      return `this user may not write to ${folder}`;
    case 'ENOENT':
      return `there is no folder ${dirname(path)}; make it first`;
    case 'ENOTDIR':
      return `${folder} is not a folder`;
    case 'EISDIR':
      return 'it is a folder';
    case 'EEXIST':
      return 'a file has its name';
    case 'ENAMETOOLONG':
      return 'the name is too long';
    case 'ELOOP':
      return 'its path is a circle of links';
    case 'EIO':
      return `the disk of ${folder} reports an error`;
    case 'ENOSPC':
    case 'EDQUOT':
      return `the disk of ${folder} is full`;
    default:
      return undefined;
  }
}

const OF_DISK = /^(ENOSPC|EDQUOT|EIO)$/;

/** Whether an error says that the disk is full or fails, which is no mistake of anybody's. */
export function isDiskFailure(error: unknown): error is Error & { readonly code: string } {
  if (HpoError.is(error)) return error.code === 'HPO_DISK';
  return error instanceof Error && OF_DISK.test((error as NodeJS.ErrnoException).code ?? '');
}

/** The existing folder that is nearest to a path: the one it is in, or one above. */
function nearestFolder(path: string, itself = false): string {
  let folder = itself ? resolve(path) : dirname(resolve(path));
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}
