import { accessSync, constants, existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { HpoError } from './errors.ts';

/** Each kind of folder that hpo makes, and how a user puts it elsewhere. */
const MENDS = {
  cache: "name another folder for hpo's cache by HPO_CACHE",
  results: 'run it in a folder in which you may write',
  temporary: 'name another folder for temporary files by TMPDIR',
  output: 'name another file by --output',
  model: 'name another folder',
  study: 'name another file',
} as const;

/** What a folder is for. */
export type FolderPurpose = keyof typeof MENDS;

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'its file system may only be read',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your quota is used up',
  EIO: 'the disk reports an error',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'a file has its name',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its path is a circle of links',
  ENOENT: 'a part of its path leads nowhere',
};

const OF_DISK = /^(ENOSPC|EDQUOT|EIO)$/;

/**
 * Makes a folder, and those above it, where they are missing.
 *
 * @returns its path, as given.
 * @throws the error of {@link folderProblem} where it cannot be made, or is there and takes no files.
 */
export function makeFolder(path: string, purpose: FolderPurpose): string {
  try {
    mkdirSync(path, { recursive: true });
    accessSync(path, constants.W_OK | constants.X_OK);
    return path;
  } catch (error) {
    throw folderProblem(path, purpose, error) ?? error;
  }
}

/** Makes a folder of a new name among the system's temporary files. @throws as {@link makeFolder}. */
export function makeTemporaryFolder(prefix: string): string {
  const parent = tmpdir();
  try {
    return mkdtempSync(join(parent, prefix));
  } catch (error) {
    throw folderProblem(parent, 'temporary', error) ?? error;
  }
}

/** Refuses a path at which {@link makeFolder} would fail, as far as that is known without making anything. */
export function checkFolder(path: string, purpose: FolderPurpose): void {
  const there = nearestThere(resolve(path));
  try {
    accessSync(join(there, '.'), constants.W_OK | constants.X_OK);
  } catch (error) {
    throw folderProblem(path, purpose, error) ?? error;
  }
}

/**
 * An error of the file system as one line that names the folder and the mend.
 *
 * @param error of a system call in the folder.
 * @returns HPO_FOLDER, or HPO_DISK where the disk is full or fails; undefined for an error of another kind.
 */
export function folderProblem(path: string, purpose: FolderPurpose, error: unknown): HpoError | undefined {
  const { code = '' } = (error ?? {}) as NodeJS.ErrnoException;
  const reason = REASONS[code];
  if (reason === undefined) return undefined;
  const isFull = OF_DISK.test(code);
  const mend = isFull ? `free some space, or ${MENDS[purpose]}` : MENDS[purpose];
  const folder = resolve(path);
  return new HpoError(
    isFull ? 'HPO_DISK' : 'HPO_FOLDER',
    `The folder ${folder} cannot be written to: ${reason}; ${mend}.`,
    { data: { folder, reason: code }, cause: error },
  );
}

/** The path itself, or the lowest above it, that is there. */
function nearestThere(path: string): string {
  const parent = dirname(path);
  return existsSync(path) || parent === path ? path : nearestThere(parent);
}
