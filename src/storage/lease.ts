import type { JsonValue } from '../base/json.ts';
import type { Attributes, FrozenTrial } from '../trial/frozen-trial.ts';
import type { StudyRef } from './study-ref.ts';

/** The system attribute that a RUNNING trial's lease stands in; it stays when the trial is finished. */
export const LEASE_KEY = 'hpo:lease';
/** How often a trial has been started; absent for the first time. */
export const ATTEMPT_KEY = 'hpo:attempt';

/** A coordinator that takes trials. */
export interface Holder {
  /** Random, and of this coordinator alone: neither a host's name nor a process number tells two of them apart. */
  readonly id: string;
  /** An observer takes a lease for dead that it has not seen renewed for so long, in milliseconds. */
  readonly graceMs: number;
  /** The holder's process, for observers on the same machine and for people; storages do not look into it. */
  readonly process: JsonValue;
}

/**
 * The right to write to a RUNNING trial. It is lost when the trial is taken back and started again: by another holder,
 * or by the same one in another attempt.
 */
export interface Lease {
  /** The study of the trial: its row id may be another study's by now, and the trial's another trial's. */
  readonly study: StudyRef;
  readonly trialId: number;
  /** The {@link Holder.id}; null for a trial that no coordinator of ours holds: `hpo ask`'s, or Optuna's. */
  readonly holder: string | null;
  /** How often the trial has been started, this time included. */
  readonly attempt: number;
  /** Given by an observer that takes a dead lease over: the write is refused if the lease was renewed since. */
  readonly counter?: number;
}

/** A lease as it stands with its trial. */
export interface HeldLease extends Omit<Holder, 'id'> {
  readonly holder: string;
  readonly attempt: number;
  /** Grows whenever the holder renews the lease. */
  readonly counter: number;
}

/** The attribute under which `holder` starts a trial for the `attempt`-th time. */
export function newLease({ id, graceMs, process }: Holder, attempt: number): Attributes {
  return { [LEASE_KEY]: { holder: id, attempt, counter: 0, graceMs, process } };
}

/** The attribute of a lease that was renewed once more. */
export function renewedLease({ holder, attempt, counter, graceMs, process }: HeldLease): Attributes {
  return { [LEASE_KEY]: { holder, attempt, counter: counter + 1, graceMs, process } };
}

/** The lease in a trial's system attributes; undefined where there is none, or none that can be read. */
export function heldLease(systemAttrs: Attributes): HeldLease | undefined {
  const stored = systemAttrs[LEASE_KEY];
  if (typeof stored !== 'object' || stored === null) return undefined;
  const { holder, attempt, counter, graceMs, process = null } = stored as Readonly<Record<string, JsonValue>>;
  if (typeof holder !== 'string' || typeof attempt !== 'number') return undefined;
  if (typeof counter !== 'number' || typeof graceMs !== 'number') return undefined;
  return { holder, attempt, counter, graceMs, process };
}

/** How often a trial has been started, this time included. */
export function attemptOf({ systemAttrs }: Pick<FrozenTrial, 'systemAttrs'>): number {
  const attempt = systemAttrs[ATTEMPT_KEY];
  return typeof attempt === 'number' ? attempt : 1;
}

/** The lease that a trial of a study stands under now, whoever holds it. */
export function leaseOf(study: StudyRef, trial: FrozenTrial): Lease {
  const holder = heldLease(trial.systemAttrs)?.holder ?? null;
  return { study, trialId: trial.id, holder, attempt: attemptOf(trial) };
}
