import type { JsonValue } from '../base/json.ts';
import type { Attributes, FrozenTrial } from '../trial/frozen-trial.ts';
import type { StudyRef } from './study-ref.ts';

/** The system attribute that holds a RUNNING trial's lease; it stays when the trial is finished. */
export const LEASE_KEY = 'hpo:lease';
/** The system attribute that counts how often a trial has been started; absent after the first time. */
export const ATTEMPT_KEY = 'hpo:attempt';

/** A coordinator that takes trials. */
export interface Holder {
  /** A random id of this coordinator alone: neither a host's name nor a process number distinguishes two of them. */
  readonly id: string;
  /** The time in milliseconds after which an observer takes a lease for dead if it has not seen it renewed. */
  readonly graceMs: number;
  /** The holder's process, for observers on the same machine and for people; storages do not interpret it. */
  readonly process: JsonValue;
  /** Further facts about the holder, for people; storages do not interpret them. Default: none. */
  readonly about?: JsonValue | undefined;
}

/**
 * The right to write to a RUNNING trial. It is lost when the trial is taken back and started again, by another holder
 * or by the same one in another attempt.
 */
export interface Lease {
  /** The study of the trial: a later study may have its row id, and a later trial the trial's. */
  readonly study: StudyRef;
  readonly trialId: number;
  /** The {@link Holder.id}; null for a trial that no coordinator of ours holds, as those of `hpo ask` or Optuna. */
  readonly holder: string | null;
  /** The number of times that the trial has been started, this one included. */
  readonly attempt: number;
  /** Set by an observer that takes a dead lease over: the write is refused if the lease was renewed since. */
  readonly counter?: number;
}

/** A lease as it is stored with its trial. */
export interface HeldLease extends Omit<Holder, 'id'> {
  readonly holder: string;
  readonly attempt: number;
  /** Grows whenever the holder renews the lease. */
  readonly counter: number;
}

/** The attribute under which `holder` starts a trial for the `attempt`-th time. */
export function newLease({ id, graceMs, process, about }: Holder, attempt: number): Attributes {
  return leaseAttr({ holder: id, attempt, counter: 0, graceMs, process, about });
}

/** The attribute of a lease, renewed once more. */
export function renewedLease(held: HeldLease): Attributes {
  return leaseAttr({ ...held, counter: held.counter + 1 });
}

function leaseAttr(held: HeldLease): Attributes {
  return { [LEASE_KEY]: leaseWith(held.graceMs, held) };
}

/** The fields of a lease with a grace time; both forms are written out, since each trial makes several. */
function leaseWith(graceMs: number, { holder, attempt, counter, process = null, about }: HeldLease) {
  if (about === undefined) return { holder, attempt, counter, graceMs, process };
  return { holder, attempt, counter, graceMs, process, about };
}

/** The lease in a trial's system attributes; undefined where there is none, or it cannot be read. */
export function heldLease(systemAttrs: Attributes): HeldLease | undefined {
  const stored = leaseIn(systemAttrs);
  return stored && leaseWith(boundedGrace(stored.graceMs), stored);
}

/** The holder of a trial, as {@link heldLease} finds it; null for none. Every write to the trial asks for it. */
export function holderOf(systemAttrs: Attributes): string | null {
  return leaseIn(systemAttrs)?.holder ?? null;
}

/** A lease as it stands among a trial's attributes, where any program may have written it. */
function leaseIn(systemAttrs: Attributes): HeldLease | undefined {
  const stored = systemAttrs[LEASE_KEY];
  if (typeof stored !== 'object' || stored === null) return undefined;
  const { holder, attempt, counter, graceMs } = stored as Readonly<Record<string, JsonValue>>;
  const isLease = typeof holder === 'string' && isCount(attempt) && isCount(counter) && typeof graceMs === 'number';
  return isLease ? (stored as unknown as HeldLease) : undefined;
}

/** The longest grace time that is believed: a day. With a longer one a dead holder would keep its trial for ever. */
export const LONGEST_GRACE_MS = 86_400_000;

/** A stored grace time, as it is believed. */
export function boundedGrace(graceMs: number): number {
  return graceMs >= 0 && graceMs <= LONGEST_GRACE_MS ? graceMs : LONGEST_GRACE_MS;
}

/** Whether a stored value counts something. A counter that is no number never moves, and never stands still. */
export function isCount(value: JsonValue | undefined): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** The number of times that a trial has been started, this one included. */
export function attemptOf({ systemAttrs }: Pick<FrozenTrial, 'systemAttrs'>): number {
  const attempt = systemAttrs[ATTEMPT_KEY];
  return isCount(attempt) ? attempt : 1;
}

/** The lease that a trial of a study stands under now, whatever its holder. */
export function leaseOf(study: StudyRef, trial: FrozenTrial): Lease {
  return { study, trialId: trial.id, holder: holderOf(trial.systemAttrs), attempt: attemptOf(trial) };
}
