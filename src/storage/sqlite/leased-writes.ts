import type { Database } from 'better-sqlite3';
import type { Attributes, FinishedState, FrozenTrial } from '../../trial/frozen-trial.ts';
import { addedMetrics, type Metrics, metricsKey } from '../../trial/reported-metrics.ts';
import { heldLease, type Lease, renewedLease } from '../lease.ts';
import { checkLease, runsUnder } from '../lease-checks.ts';
import type { AttributeScope, Requeue, SuggestedParam } from '../storage.ts';
import { checkKeys, checkMetrics, checkName, checkReport, checkValues } from '../template-checks.ts';
import { finishedTrial, requeueAttrs, requeuedTrial, withAttrs, withParams, withReport } from '../trial-edits.ts';
import type { KnownStudies } from './known-studies.ts';
import { LeasedRows, type StoredLease } from './leased-rows.ts';
import type { TrialWrites } from './trial-writes.ts';
import type { KnownTrial, WriteCache } from './write-cache.ts';

/** The parts that {@link LeasedWrites} works with. */
export interface LeasedWritesParts {
  readonly db: Database;
  readonly known: KnownStudies;
  readonly writes: TrialWrites;
  readonly cache: WriteCache;
  /** Runs a transaction that takes the write lock at its beginning. */
  readonly immediately: <T>(action: () => T) => T;
}

/** The change that a write makes to a trial. */
type Edit = (trial: FrozenTrial) => FrozenTrial;

/** Writes to running trials, each in a transaction of its own that checks the writer's lease first. */
export class LeasedWrites {
  readonly #parts: LeasedWritesParts;
  readonly #rows: LeasedRows;

  constructor(parts: LeasedWritesParts) {
    this.#parts = parts;
    this.#rows = new LeasedRows(parts.db);
  }

  setParams(lease: Lease, params: readonly SuggestedParam[], systemAttrs: Attributes): void {
    const { known, writes } = this.#parts;
    for (const { name } of params) checkName('parameter', name);
    checkKeys(systemAttrs);
    let remember: (() => void) | undefined;
    this.#write(lease, ({ studyId }) => {
      remember = known.distributions(studyId).check(params);
      writes.params(lease.trialId, params);
      writes.attrs(lease.trialId, 'system', systemAttrs);
      return (trial) => withAttrs(withParams(trial, params), 'system', systemAttrs);
    });
    remember?.();
  }

  /** Stores a report. @returns whether it is the first one of the step. */
  report(lease: Lease, step: number, value: number, metrics: Metrics): boolean {
    checkReport(step, value);
    checkMetrics(metrics);
    const { writes } = this.#parts;
    const { trialId } = lease;
    let isFirst = false;
    this.#write(lease, () => {
      isFirst = writes.intermediateValue(trialId, step, value);
      if (isFirst && Object.keys(metrics).length > 0) {
        writes.attrs(trialId, 'system', addedMetrics(this.#rows.metrics(trialId, metricsKey(step)), step, metrics));
      }
      return (trial) => withReport(trial, step, value, metrics);
    });
    return isFirst;
  }

  setAttrs(lease: Lease, scope: AttributeScope, attributes: Attributes): void {
    checkKeys(attributes);
    this.#write(lease, () => {
      this.#parts.writes.attrs(lease.trialId, scope, attributes);
      return (trial) => withAttrs(trial, scope, attributes);
    });
  }

  /** @returns the trial as it stands then, where it is known. */
  finish(
    lease: Lease,
    state: FinishedState,
    values: readonly number[] | null,
    systemAttrs: Attributes,
  ): FrozenTrial | undefined {
    const { known, writes } = this.#parts;
    checkKeys(systemAttrs);
    return this.#write(lease, ({ studyId }) => {
      checkValues(state, values, known.directions(studyId));
      const completedAt = new Date();
      writes.values(lease.trialId, values ?? []);
      writes.attrs(lease.trialId, 'system', systemAttrs);
      writes.finish(lease.trialId, state, completedAt);
      return (trial) => finishedTrial(trial, state, values, completedAt, systemAttrs);
    });
  }

  requeue(lease: Lease, requeue: Requeue): void {
    const { writes } = this.#parts;
    checkKeys(requeue.systemAttrs);
    this.#write(lease, ({ systemAttrs }) => {
      const stored = { systemAttrs: { ...systemAttrs, ...this.#rows.metrics(lease.trialId) } };
      writes.replaceSystemAttrs(lease.trialId, requeueAttrs(stored, requeue));
      writes.requeue(lease.trialId, requeue.keepReportsTo);
      return (trial) => requeuedTrial(trial, requeue);
    });
  }

  /** @returns the leases that are lost. */
  renew(leases: readonly Lease[]): readonly Lease[] {
    const { cache, writes, immediately } = this.#parts;
    const notes: (() => void)[] = [];
    const lost = immediately(() => {
      return leases.filter((lease) => {
        if (!this.#parts.known.has(lease.study)) return true;
        const { known, stored } = this.#trial(lease);
        const held = stored && runsUnder(stored, lease) ? heldLease(stored.systemAttrs) : undefined;
        if (held === undefined) return true;
        const renewed = renewedLease(held);
        writes.attrs(lease.trialId, 'system', renewed);
        const after = known && { ...known, trial: withAttrs(known.trial, 'system', renewed) };
        notes.push(() => cache.note(lease.trialId, after));
        return false;
      });
    });
    for (const note of notes) note();
    return lost;
  }

  /**
   * Writes to a trial.
   * @param write called once the lease is checked; returns the change to the trial.
   * @returns the trial as it stands then, where it is known.
   */
  #write(lease: Lease, write: (stored: StoredLease) => Edit): FrozenTrial | undefined {
    const { cache, immediately } = this.#parts;
    const after = immediately(() => {
      this.#parts.known.require(lease.study);
      const { known, stored } = this.#trial(lease);
      checkLease(stored, lease);
      const edit = write(stored);
      return known && { studyId: known.studyId, trial: edit(known.trial) };
    });
    cache.note(lease.trialId, after);
    return after?.trial;
  }

  /** A trial to check a lease against, as of the last look at its study; all of the trial where it is known. */
  #trial({ trialId, study }: Lease): {
    readonly known: KnownTrial | undefined;
    readonly stored: StoredLease | undefined;
  } {
    const known = this.#parts.cache.trial(trialId);
    if (known === undefined) {
      const stored = this.#rows.read(trialId);
      return { known, stored: stored?.studyId === study.id ? stored : undefined };
    }
    if (known.studyId !== study.id) return { known: undefined, stored: undefined };
    const { number, state, systemAttrs } = known.trial;
    return { known, stored: { studyId: known.studyId, number, state, systemAttrs } };
  }
}
