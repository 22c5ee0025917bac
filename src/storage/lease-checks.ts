import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { attemptOf, heldLease, holderOf, type Lease } from './lease.ts';
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
  if (holderOf(trial.systemAttrs) !== lease.holder || attemptOf(trial) !== lease.attempt) return false;
  return lease.counter === undefined || lease.counter === heldLease(trial.systemAttrs)?.counter;
}
