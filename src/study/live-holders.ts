import { parseIdentity } from '../machine/process-identity.ts';
import { heldLease } from '../storage/lease.ts';
import type { StudyRecord } from '../storage/storage.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { vitalityOf, type WatchedLease } from './liveness.ts';
import { CONCLUSION_KEY } from './study-keys.ts';
import { watchedLease } from './study-right.ts';

/**
 * The processes that run a study's trials or conclude it, each in a few words for people: `process 4711 on ada`. Those
 * that are known to be dead are left out; those of other machines and containers are there, since one look cannot tell.
 */
export function liveHolders(record: StudyRecord, trials: readonly FrozenTrial[]): readonly string[] {
  const leases: (WatchedLease | undefined)[] = trials
    .filter(({ state }) => state === 'RUNNING')
    .map(({ systemAttrs }) => heldLease(systemAttrs));
  leases.push(watchedLease(record.systemAttrs[CONCLUSION_KEY]));
  const living = leases.filter((lease) => lease !== undefined && vitalityOf(lease.process) !== 'dead');
  return [...new Set(living.map((lease) => nameOfHolder(lease as WatchedLease)))];
}

/** A lease's holder in a few words for people. */
export function nameOfHolder({ holder, process }: WatchedLease): string {
  const identity = parseIdentity(process);
  return identity === undefined ? `the holder ${holder}` : `process ${identity.pid} on ${identity.host}`;
}
