import { closeSync, fsyncSync, openSync } from 'node:fs';

/**
 * Has the disk take a file, or the names in a folder, so that a power loss does not undo it. Systems that cannot do so
 * for a folder, as Windows, leave it as it is.
 */
export function syncPath(path: string): void {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    fsyncSync(descriptor);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!/^(EISDIR|EPERM|EACCES|EINVAL|ENOTSUP)$/.test(code)) throw error;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
