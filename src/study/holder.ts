import { randomUUID } from 'node:crypto';
import { HpoError } from '../base/errors.ts';
import { formatIdentity, thisProcess } from '../machine/process-identity.ts';
import { type Holder, LONGEST_GRACE_MS } from '../storage/lease.ts';

/** The number of times that a lease is renewed within its grace time. */
export const RENEWALS = 6;

const DEFAULT_GRACE_S = 120;
const MOST_GRACE_S = LONGEST_GRACE_MS / 1000;

/** The holders of this process that ended while their trials could not be handed back. */
const retired = new Set<string>();

/** Notes that a holder of this process has ended, and left trials RUNNING. */
export function retire({ id }: Holder): void {
  retired.add(id);
}

/** Whether a holder is known to have ended before its process has. */
export function isRetired(id: string): boolean {
  return retired.has(id);
}

/**
 * A new holder of leases in this process. Its grace time is 120 seconds, or the seconds of the environment variable
 * HPO_GRACE.
 * @throws HpoError HPO_INVALID_ARGUMENT if that is not a number of seconds from 1 to 86,400, a day.
 */
export function newHolder(): Holder {
  const given = process.env.HPO_GRACE || String(DEFAULT_GRACE_S);
  const seconds = Number(given);
  if (!(seconds >= 1 && seconds <= MOST_GRACE_S)) {
    const wanted = `a number of seconds from 1 to ${MOST_GRACE_S}`;
    throw new HpoError('HPO_INVALID_ARGUMENT', `HPO_GRACE is '${given}'; give ${wanted}.`);
  }
  return { id: randomUUID(), graceMs: 1000 * seconds, process: formatIdentity(thisProcess()) };
}
