import type { HistoryReader } from '../history/history.ts';
import { type ProcessIdentity, parseIdentity } from '../machine/process-identity.ts';
import { type HeldLease, heldLease } from '../storage/lease.ts';
import { type FrozenTrial, isFinished } from '../trial/frozen-trial.ts';

/** The process that runs a trial or has run it last; undefined where no lease of a coordinator of ours names it. */
export function runnerOf({ systemAttrs, state }: FrozenTrial): ProcessIdentity | undefined {
  // A trial that waits is run by nobody, though the lease of its last attempt may still be there.
  return state === 'WAITING' ? undefined : parseIdentity(heldLease(systemAttrs)?.process);
}

/** A coordinator as the leases of its trials show it. */
export interface TrialRunner {
  /** Its newest lease. */
  readonly lease: HeldLease;
  /** Its process; undefined where its leases do not name it. */
  readonly process: ProcessIdentity | undefined;
  /** The leases of the trials that it runs, by their numbers. */
  readonly running: ReadonlyMap<number, HeldLease>;
  /** The number of finished trials that it ran last. */
  readonly finished: number;
}

interface Runner extends TrialRunner {
  lease: HeldLease;
  readonly running: Map<number, HeldLease>;
  finished: number;
}

interface Runners {
  /** The coordinators of a study, by the ids of their leases. */
  readonly holders: Map<string, Runner>;
  /** The numbers of the trials that run under no lease: Optuna's, and those of `hpo ask`. */
  readonly unleased: Set<number>;
  /** The holder of each running trial. */
  readonly holderOf: Map<number, Runner>;
}

/** Reads who runs, and has run, the trials of a history. */
export const trialRunners: HistoryReader<Runners> = {
  start: () => ({ holders: new Map(), unleased: new Set(), holderOf: new Map() }),
  take({ holders, unleased, holderOf }, trial) {
    const { number, state } = trial;
    const lease = state === 'WAITING' ? undefined : heldLease(trial.systemAttrs);
    holderOf.get(number)?.running.delete(number);
    holderOf.delete(number);
    unleased.delete(number);
    if (lease === undefined) {
      if (state === 'RUNNING') unleased.add(number);
      return;
    }
    let holder = holders.get(lease.holder);
    if (holder === undefined) {
      holder = { lease, process: parseIdentity(lease.process), running: new Map(), finished: 0 };
      holders.set(lease.holder, holder);
    }
    holder.lease = lease;
    if (isFinished(state)) holder.finished++;
    else {
      holder.running.set(number, lease);
      holderOf.set(number, holder);
    }
  },
};
