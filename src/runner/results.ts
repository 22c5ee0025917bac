import { readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { HpoError } from '../base/errors.ts';
import { fileProblem } from '../base/file-problem.ts';
import { folderName } from '../base/folder-name.ts';
import { type JsonValue, parsePythonJson, stringifyNamedNumbers } from '../base/json.ts';
import { makeFolder } from '../base/made-folder.ts';
import { replaceFile } from '../base/replace-file.ts';
import { VERSION } from '../base/version.ts';
import type { Device } from '../machine/device.ts';
import type { Settings } from '../study/definition/definition.ts';
import { hashOfFile } from './study-file.ts';

/** The folder of a study's results: `runs/<name>`, with characters that are not safe in a file's name replaced. */
export function resultsFolder(study: string, root = 'runs'): string {
  return join(root, folderName(study));
}

/** The content of `best.json`: enough of the winner to train it again. */
export interface BestFile {
  readonly study: string;
  readonly trial: number;
  /** The value of the trial; `Infinity` and `-Infinity` are texts in the file. */
  readonly value: number;
  /** The parameters as the objective receives them. */
  readonly params: unknown;
  /**
   * The stored names of parameters that the trial lacks, since the space did not have them then, and whose values were
   * drawn.
   */
  readonly drawn?: readonly string[];
  readonly settings: Settings;
  readonly profile: string | null;
  readonly studySeed: number;
  readonly storage: string;
  readonly studyFile: { readonly path: string; readonly sha256: string };
  readonly device: Device | null;
  readonly versions: { readonly hpo: string; readonly node: string };
}

/** Writes `best.json` into a study's folder and returns its path. */
export function writeBest(
  folder: string,
  studyFile: string,
  content: Omit<BestFile, 'studyFile' | 'versions'>,
): string {
  const file = join(folder, 'best.json');
  const path = relative(process.cwd(), studyFile) || studyFile;
  writeJson(file, {
    ...content,
    studyFile: { path, sha256: hashOfFile(studyFile) },
    versions: { hpo: VERSION, node: process.version },
  });
  return file;
}

/**
 * Writes JSON, with texts for the numbers that it lacks, so that a reader sees the old file or the new one, never half
 * of it. Folders are made as needed.
 * @throws HpoError HPO_DISK if that fails, and the errors of {@link makeFolder}.
 */
export function writeJson(file: string, content: unknown): void {
  makeFolder(dirname(file), 'results');
  try {
    replaceFile(file, `${stringifyNamedNumbers(content, 2)}\n`);
  } catch (cause) {
    throw new HpoError('HPO_DISK', `${file} cannot be written: ${fileProblem(file, cause)}.`, { cause });
  }
}

/** The largest file of results that is read: 64 MB. */
const MOST_BYTES = 64 * 2 ** 20;

/**
 * A JSON file's content; undefined where there is no such file, its text is not JSON, or it is so large, or nests so
 * deep, that no program of ours has written it.
 */
export function readJson(file: string): JsonValue | undefined {
  const text = readResult(file);
  try {
    return text === undefined ? undefined : parsePythonJson(text);
  } catch {
    return undefined;
  }
}

/** The text of a file of results; undefined where there is none, or it is no plain file of up to 64 MB. */
export function readResult(file: string): string | undefined {
  try {
    const found = statSync(file);
    return found.isFile() && found.size <= MOST_BYTES ? readFileSync(file, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}
