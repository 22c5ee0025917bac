import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UsageError } from './usage-error.ts';

/** @throws UsageError unless a folder is empty, but for its `.git`, or can be made. */
export function checkFolder(folder: string): void {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory()) throw new UsageError(`${folder} is a file; name another folder.`);
  const [first] = readdirSync(folder).filter((name) => name !== '.git');
  if (first !== undefined) {
    throw new UsageError(`${folder} is not empty (${first} is there); name another folder.`);
  }
}

/**
 * Writes files into a folder, all of them or none: nothing of it can be interrupted by a signal, and where the disk
 * takes one of them not, the others and the folders that were made go, too.
 *
 * @throws UsageError with the reason.
 */
export function writeProject(folder: string, files: Readonly<Record<string, string>>): void {
  checkFolder(folder);
  const made: string[] = [];
  try {
    for (const [name, content] of Object.entries(files)) {
      const path = join(folder, name);
      const root = mkdirSync(dirname(path), { recursive: true });
      if (root !== undefined) made.push(root);
      writeFileSync(path, content, { flag: 'wx' });
      made.push(path);
    }
  } catch (error) {
    for (const path of made.reverse()) rmSync(path, { recursive: true, force: true });
    throw new UsageError(`${folder} cannot be written: ${(error as Error).message}`);
  }
}
