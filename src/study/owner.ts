import type { JsonValue } from '../base/json.ts';
import { exists, type Owner, startTime, thisProcess } from '../machine/process-identity.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { ATTEMPT_KEY, OWNER_KEY } from './study-keys.ts';

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
