import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';

/**
 * Removes a file or a folder that nobody uses any more. A disk that fails to do so ends nothing: the work that the path
 * was for is done, and a later removal may succeed.
 * @returns whether it is gone.
 */
export async function removeUnused(path: string): Promise<boolean> {
  try {
    await rm(path, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
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
