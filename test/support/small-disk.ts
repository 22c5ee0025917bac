import { execFileSync, spawnSync } from 'node:child_process';
import { afterAll } from 'vitest';
import { tempFolder } from './temp-folder.ts';

const mounted: string[] = [];

afterAll(() => {
  for (const folder of mounted.splice(0)) spawnSync('umount', ['-l', folder]);
});

/** A folder on a disk of its own; undefined where this process may not mount one. */
export function smallDisk(size: string): string | undefined {
  const folder = tempFolder();
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]).status !== 0) return undefined;
  mounted.push(folder);
  return folder;
}

/** Changes the mount options of a {@link smallDisk}: `ro`, `rw`, `size=20m`. */
export function remount(disk: string, option: string): void {
  execFileSync('mount', ['-o', `remount,${option}`, disk]);
}

export const mayMount = process.platform === 'linux' && process.getuid?.() === 0 && smallDisk('64k') !== undefined;
/** The end of the name of a test that takes a {@link smallDisk}. */
export const mountNote = mayMount ? '' : ' (skipped: this needs Linux and root)';
