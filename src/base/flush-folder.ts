import type { Dirent } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The number of files that are flushed to the disk at the same time. */
const FLUSHED_AT_ONCE = 8;

/** A file system that does not flush folders, as Windows and some networks', reports one of these. */
const CANNOT_FLUSH = /^(EINVAL|EISDIR|EPERM|EACCES|ENOTSUP|EBADF)$/;

/** Has the disk take a folder, with all that is in it, so that a power loss does not undo it. Links are left alone. */
export async function flushFolder(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (let at = 0; at < entries.length; at += FLUSHED_AT_ONCE) {
    await Promise.all(entries.slice(at, at + FLUSHED_AT_ONCE).map((entry) => flushEntry(folder, entry)));
  }
  await flushPath(folder);
}

function flushEntry(folder: string, entry: Dirent): Promise<void> | void {
  const path = join(folder, entry.name);
  if (entry.isDirectory()) return flushFolder(path);
  return entry.isFile() ? flushPath(path, process.platform === 'win32' ? 'r+' : 'r') : undefined;
}

/** Has a file, or the list of a folder's files, written to the disk. */
export async function flushPath(path: string, flags = 'r'): Promise<void> {
  try {
    const handle = await open(path, flags);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!CANNOT_FLUSH.test((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
