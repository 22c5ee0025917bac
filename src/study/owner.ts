import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { JsonValue } from '../base/json.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { ATTEMPT_KEY, OWNER_KEY } from './study-keys.ts';

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

/** Who runs the trial, or undefined where it does not say (a trial of Optuna's). */
export function ownerOf(trial: FrozenTrial): Owner | undefined {
  const value: JsonValue | undefined = trial.systemAttrs[OWNER_KEY];
  if (typeof value !== 'object' || value === null || !('pid' in value)) return undefined;
  const { host, pid, started } = value as Partial<Owner>;
  return typeof host === 'string' && typeof pid === 'number'
    ? { host, pid, started: String(started ?? '') }
    : undefined;
}

/** How often a trial has been started, this time included. */
export function attemptOf(trial: FrozenTrial): number {
  const attempt = trial.systemAttrs[ATTEMPT_KEY];
  return typeof attempt === 'number' ? attempt : 1;
}

/**
 * Whether a process of this machine lives, is known to be dead, or cannot be told of (another machine).
 */
export function vitality(owner: Owner): 'alive' | 'dead' | 'unknown' {
  const self = thisProcess();
  if (owner.host !== self.host) return 'unknown';
  if (owner.pid === self.pid) return owner.started === self.started ? 'alive' : 'dead';
  if (!exists(owner.pid)) return 'dead';
  const started = startTime(owner.pid);
  if (started === undefined) return 'dead';
  return started === '' || owner.started === '' || started === owner.started ? 'alive' : 'dead';
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // it is there and somebody else's
  }
}

/** When a process started: undefined if it is gone (a zombie is), '' if the system does not tell. */
function startTime(pid: number): string | undefined {
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
