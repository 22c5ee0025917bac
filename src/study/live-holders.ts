import { type ProcessIdentity, parseIdentity } from '../machine/process-identity.ts';
import type { Storage, StudyRecord } from '../storage/storage.ts';
import { vitalityOf, type WatchedLease } from './liveness.ts';
import { CONCLUSION_KEY } from './study-keys.ts';
import { watchedLease } from './study-right.ts';

/**
 * The processes that run a study's trials or conclude it, each in a few words for people: `process 4711 on ada`. Those
 * known to be dead are left out; those of other machines and containers are included, since one look cannot show
 * whether they live.
 */
export async function liveHolders(storage: Storage, record: StudyRecord): Promise<readonly string[]> {
  const leases: (WatchedLease | undefined)[] = [...(await storage.leases(record))];
  leases.push(watchedLease(record.systemAttrs[CONCLUSION_KEY]));
  const living = leases.filter((lease) => lease !== undefined && vitalityOf(lease.process) !== 'dead');
  return [...new Set(living.map((lease) => nameOfHolder(lease as WatchedLease)))];
}

/** A lease's holder in a few words for people. */
export function nameOfHolder({ holder, process }: WatchedLease): string {
  const identity = parseIdentity(process);
  return identity === undefined ? `the holder ${holder}` : nameOfProcess(identity);
}

/** A process in a few words for people: `process 4711 on ada`. */
export function nameOfProcess({ pid, host }: Pick<ProcessIdentity, 'pid' | 'host'>): string {
  return `process ${pid} on ${host}`;
}
