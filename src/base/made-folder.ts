import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { HpoError } from './errors.ts';
import { isDiskFailure, systemProblem, writeProblem } from './file-problem.ts';

/** Each kind of folder that hpo makes, and how a user puts it elsewhere. */
const MENDS = {
  cache: "name another folder for hpo's cache by HPO_CACHE",
  results: 'run hpo in a folder that can be written to',
  checkpoints: 'name another folder by --checkpoints (in a program: `checkpoints`)',
  temporary: 'name another folder for temporary files by TMPDIR',
  output: 'name another file by --output',
  model: 'name another folder',
  study: 'name another file',
} as const;

/** The purpose of a folder. */
export type FolderPurpose = keyof typeof MENDS;

/**
 * Makes a folder, and those above it, where they are missing.
 *
 * @returns its path, as given.
 * @throws the error of {@link folderProblem} where it cannot be made, or is there and takes no files.
 */
export function makeFolder(path: string, purpose: FolderPurpose): string {
  try {
    makeMissing(path);
    accessSync(path, constants.W_OK | constants.X_OK);
    return path;
  } catch (error) {
    throw folderProblem(path, purpose, error) ?? error;
  }
}

/**
 * Makes a folder and those above it. Node's own `recursive` loops for ever, deaf to signals, where an existing folder
 * accepts no new one, as in `/proc` or in a working directory that was deleted.
 */
function makeMissing(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
    const parent = dirname(path);
    if (code !== 'ENOENT' || existsSync(parent)) throw error;
    makeMissing(parent);
    makeMissing(path);
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
  const problem = writeProblem(path);
  if (problem !== undefined) throw refusedFolder(path, problem, 'HPO_FOLDER', MENDS[purpose]);
}

/**
 * Turns an error of the file system into one line that names the folder and the remedy.
 *
 * @param error of a system call in the folder.
 * @returns HPO_FOLDER, or HPO_DISK where the disk is full or fails; undefined for an error of another kind.
 */
export function folderProblem(path: string, purpose: FolderPurpose, error: unknown): HpoError | undefined {
  const { code = '' } = (error ?? {}) as NodeJS.ErrnoException;
  const problem = writeProblem(path) ?? systemProblem(code, resolve(path));
  if (problem === undefined) return undefined;
  return isDiskFailure(error)
    ? refusedFolder(path, problem, 'HPO_DISK', `free some space, or ${MENDS[purpose]}`, error)
    : refusedFolder(path, problem, 'HPO_FOLDER', MENDS[purpose], error);
}

function refusedFolder(
  path: string,
  problem: string,
  code: 'HPO_DISK' | 'HPO_FOLDER',
  mend: string,
  cause?: unknown,
): HpoError {
  const folder = resolve(path);
  return new HpoError(code, `The folder ${folder} cannot be written to: ${problem}; ${mend}.`, {
    data: { folder },
    cause,
  });
}
