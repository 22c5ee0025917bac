import { execFile } from 'node:child_process';
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { tempFolder } from './temp-folder.ts';

/** The root of the checkout. */
export const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** The root of hpo as a user installs it, compiled from the checkout's sources; the checkout itself in unit tests. */
export const INSTALLED = inject('installedHpo') ?? CHECKOUT;

/** The module that a study imports as `hpo`, for studies in folders where it is not installed. */
export const HPO_MODULE = join(INSTALLED, 'dist/index.js');

/** The program `hpo`. */
export const PROGRAM = join(INSTALLED, 'bin/hpo.js');

/** The way a program ended. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** The working directory. */
  readonly cwd: string;
  /** Variables to add to the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the program `hpo`. A program that a signal ends rejects. */
export function runHpo(args: readonly string[], options: RunOptions): Promise<Finished> {
  return runNode([PROGRAM, ...args], options);
}

/** Runs Node. A program that a signal ends rejects. */
export function runNode(args: readonly string[], options: RunOptions): Promise<Finished> {
  return runProgram(process.execPath, args, options);
}

/** Runs a program. One that cannot be started, or that a signal ends, rejects. */
export function runProgram(program: string, args: readonly string[], options: RunOptions): Promise<Finished> {
  const env = { ...process.env, ...options.env };
  return new Promise((resolve, reject) => {
    execFile(program, [...args], { cwd: options.cwd, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error === null) resolve({ code: 0, stdout, stderr });
      else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr });
      else reject(error);
    });
  });
}

/** The contents of files, by their paths. */
export type Files = Readonly<Record<string, string>>;

/** A new temporary folder with these files, removed as {@link tempFolder}. */
export function temporaryFolder(files: Files = {}): string {
  const folder = realpathSync(tempFolder());
  writeFiles(folder, files);
  return folder;
}

/**
 * A new temporary folder in which hpo is installed.
 * @param hpo the installed hpo, which has no types; or {@link CHECKOUT}, for a compiler that is to see its sources.
 */
export function temporaryProject(files: Files = {}, hpo = INSTALLED): string {
  const folder = temporaryFolder({ 'package.json': '{ "type": "module" }\n', ...files });
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(hpo, join(folder, 'node_modules/hpo'), 'junction');
  return folder;
}

/** Writes files below a folder, making folders as needed. */
export function writeFiles(folder: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}
