import { closeSync, type Dirent, fsync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const flush = promisify(fsync);

/** The number of files that are flushed to the disk at the same time. */
const FLUSHED_AT_ONCE = 8;

/** A file system that does not flush folders, as Windows and some networks', reports one of these. */
const CANNOT_FLUSH = /^(EINVAL|EISDIR|EPERM|EACCES|ENOTSUP|EBADF)$/;

/** Has the disk take a folder, with all that is in it, so that a power loss does not undo it. Links are left alone. */
export async function flushFolder(folder: string): Promise<void> {
  const entries = readdirSync(folder, { withFileTypes: true });
  const tasks = [() => flushPath(folder), ...entries.map((entry) => () => flushEntry(folder, entry))];
  // At once, the journal of the file system takes them together.
  for (let at = 0; at < tasks.length; at += FLUSHED_AT_ONCE) {
    await Promise.all(tasks.slice(at, at + FLUSHED_AT_ONCE).map((task) => task()));
  }
}

function flushEntry(folder: string, entry: Dirent): Promise<void> | void {
  const path = join(folder, entry.name);
  if (entry.isDirectory()) return flushFolder(path);
  return entry.isFile() ? flushPath(path, process.platform === 'win32' ? 'r+' : 'r') : undefined;
}

/** Has a file, or the list of a folder's files, written to the disk. */
export async function flushPath(path: string, flags = 'r'): Promise<void> {
  try {
    const file = openSync(path, flags); // in less time than it takes to hand it to another thread
    try {
      await flush(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (!CANNOT_FLUSH.test((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
