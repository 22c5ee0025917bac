import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Why nothing can be written to a path, in words for people, without a full stop: the folder to look at, and what is wrong
 * with it.
 * @param cause the system's error.
 */
export function fileProblem(path: string, cause: unknown): string {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  const folder = nearestFolder(path);
  // Making folders says ENOENT, too, where the one to make them in may only be read.
  return folderProblem(folder) ?? problemOf(code, path, folder) ?? message;
}

/** Why nothing can be made in a folder, or in the nearest above it that is there; undefined where it can. */
export function folderProblem(folder: string): string | undefined {
  const nearest = nearestFolder(folder, true);
  try {
    accessSync(nearest, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    return problemOf(code, folder, nearest) ?? message;
  }
}

function problemOf(code: string, path: string, folder: string): string | undefined {
  switch (code) {
    case 'EROFS':
      return `${folder} is on a disk that may only be read`;
    case 'EACCES':
    case 'EPERM':
      return `this user may not write to ${folder}`;
    case 'ENOENT':
      return `there is no folder ${dirname(path)}; make it first`;
    case 'ENOTDIR':
      return `${dirname(path)} is not a folder`;
    case 'EISDIR':
      return 'it is a folder';
    case 'ENAMETOOLONG':
      return 'the name is too long';
    case 'ENOSPC':
    case 'EDQUOT':
      return `the disk of ${folder} is full`;
    default:
      return undefined;
  }
}

/** The nearest folder to a path that is there: the one it is in, or above. */
function nearestFolder(path: string, itself = false): string {
  let folder = itself ? resolve(path) : dirname(resolve(path));
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}
