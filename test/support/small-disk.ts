import { execFileSync, spawnSync } from 'node:child_process';
import { afterFile } from './after-file.ts';
import { tempFolder } from './temp-folder.ts';

/** A folder on a disk of its own; undefined where this process may not mount one. */
export function smallDisk(size: string): string | undefined {
  const folder = tempFolder();
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]).status !== 0) return undefined;
  afterFile(() => spawnSync('umount', ['-l', folder]));
  return folder;
}

/** Changes the mount options of a {@link smallDisk}: `ro`, `rw`, `size=20m`. */
export function remount(disk: string, option: string): void {
  execFileSync('mount', ['-o', `remount,${option}`, disk]);
}

export const mayMount = process.platform === 'linux' && process.getuid?.() === 0 && smallDisk('64k') !== undefined;
/** The end of the name of a test that takes a {@link smallDisk}. */
export const mountNote = mayMount ? '' : ' (skipped: this needs Linux and root)';
