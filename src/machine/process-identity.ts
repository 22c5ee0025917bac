import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** The process that runs a trial. The start time tells it from a later process with the same number. */
export type Owner = {
  readonly host: string;
  readonly pid: number;
  /** When the process started, in whatever form the system tells it; '' where it does not. */
  readonly started: string;
};

let own: Owner | undefined;

/** This process as an owner. */
export function thisProcess(): Owner {
  own ??= { host: hostname(), pid: process.pid, started: startTime(process.pid) ?? '' };
  return own;
}

/** Whether there is a process with this number, anybody's. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // it is there and somebody else's
  }
}

/** When a process started: undefined if it is gone (a zombie is), '' if the system does not tell. */
export function startTime(pid: number): string | undefined {
  if (process.platform === 'linux') {
    try {
      // proc(5): after the name in parentheses come the state (field 3) and, 19 fields on, the start in ticks since boot.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[19]}`;
    } catch {
      return exists(pid) ? '' : undefined;
    }
  }
  if (process.platform === 'win32') return '';
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return exists(pid) ? '' : undefined;
  }
}
