import { realpathSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { HpoError } from '../base/errors.ts';
import { fileProblem } from '../base/file-problem.ts';
import { makeFolder } from '../base/made-folder.ts';
import { replaceFile } from '../base/replace-file.ts';

/**
 * Writes a file that the user asked for, so that a reader sees the old one or the new one, never half of it. A path
 * that does not name a regular file (a pipe, `/dev/stdout`) is written to directly.
 *
 * @throws HpoError HPO_INVALID_ARGUMENT where it cannot be written, saying why.
 */
export function writeOutput(path: string, content: string | Uint8Array): void {
  try {
    const there = statSync(path, { throwIfNoEntry: false });
    if (there === undefined || there.isFile()) replaceFile(there === undefined ? path : realpathSync(path), content);
    else writeFileSync(path, content);
  } catch (cause) {
    const why = fileProblem(path, cause);
    throw new HpoError('HPO_INVALID_ARGUMENT', `--output ${path} cannot be written: ${why}.`, { cause });
  }
}

/**
 * Writes a file as {@link writeOutput} does, into a folder that is made where it is missing.
 * @throws also the errors of {@link makeFolder}.
 */
export function writeInFolder(path: string, content: string | Uint8Array): void {
  makeFolder(dirname(path), 'output');
  writeOutput(path, content);
}
