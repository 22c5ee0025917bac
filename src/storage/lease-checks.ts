import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { attemptOf, heldLease, type Lease } from './lease.ts';
import { leaseLost, noTrial, notRunning } from './storage-errors.ts';

/** The part of a trial that a lease is checked against. */
export type LeasedTrial = Pick<FrozenTrial, 'number' | 'state' | 'systemAttrs'>;

/** Whether a trial is RUNNING under this very lease. */
export function runsUnder(trial: LeasedTrial, lease: Lease): boolean {
  return trial.state === 'RUNNING' && isSameLease(trial, lease);
}

/**
 * Checks a write to a trial.
 * @param trial undefined if the lease's study has no such trial.
 * @throws HpoError HPO_INVALID_ARGUMENT without a trial, HPO_LEASE_LOST unless the trial stands under this very lease,
 *   HPO_TRIAL_STATE unless it is RUNNING.
 */
export function checkLease<T extends LeasedTrial>(trial: T | undefined, lease: Lease): asserts trial is T {
  if (trial === undefined) throw noTrial(lease);
  if (!isSameLease(trial, lease)) throw leaseLost(lease, trial.number);
  if (trial.state !== 'RUNNING') throw notRunning(lease.trialId, trial.number, trial.state);
}

function isSameLease(trial: LeasedTrial, lease: Lease): boolean {
  const held = heldLease(trial.systemAttrs);
  const isSame = (held?.holder ?? null) === lease.holder && attemptOf(trial) === lease.attempt;
  return isSame && (lease.counter === undefined || lease.counter === held?.counter);
}
