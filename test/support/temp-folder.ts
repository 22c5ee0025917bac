import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterFile } from './after-file.ts';

/** As {@link tempFolder}, in memory where the system has a place for that: without a disk's waits for what is synced. */
export function memoryFolder(): string {
  return newFolder(existsSync('/dev/shm') ? '/dev/shm' : tmpdir());
}

/** A new empty folder, removed after the file's last test (tests of one file may run at the same time). */
export function tempFolder(): string {
  return newFolder(tmpdir());
}

function newFolder(parent: string): string {
  const folder = mkdtempSync(join(parent, 'hpo-test-'));
  afterFile(() => remove(folder));
  return folder;
}

/** A program that a test has left may still write into its folder, which then stays. */
function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {}
}
