import type { Attributes, FinishedState, FrozenTrial } from '../../trial/frozen-trial.ts';
import { addedMetrics, METRICS_PREFIX, type Metrics, metricsKey } from '../../trial/reported-metrics.ts';
import { attemptOf, type Lease } from '../lease.ts';
import { checkLease, type LeasedTrial, runsUnder } from '../lease-checks.ts';
import { type AttributeText, LenientReading } from '../optuna-rows/unreadable.ts';
import type { AttributeScope, Requeue, SuggestedParam } from '../storage.ts';
import { checkKeys, checkMetrics, checkName, checkReport, checkValues, valuesProblem } from '../template-checks.ts';
import {
  finishedTrial,
  isSameJson,
  requeueAttrs,
  requeuedTrial,
  withAttrs,
  withParams,
  withReport,
} from '../trial-edits.ts';
import type { Unheard } from './at-once.ts';
import { boundedColumn, boundedText } from './columns.ts';
import { type Guard, guardedWrites, guardOf } from './guarded-writes.ts';
import type { KnownStudies } from './known-studies.ts';
import { lockTrials } from './locked-trials.ts';
import type { OwnWrites } from './own-writes.ts';
import { renewLeases } from './renew-leases.ts';
import { checkStep, LARGEST_STEP } from './report-step.ts';
import { onceChecked, type Session } from './session.ts';
import { STUDY_LOCK } from './study-rows.ts';
import type { Transactions } from './transactions.ts';
import type { TrialRows } from './trial-rows.ts';
import { trialWrites } from './trial-writes.ts';

const METRICS = `SELECT "key", ${boundedColumn('value_json')} FROM trial_system_attributes
  WHERE trial_id = $1 AND starts_with("key", $2)`;

/** A report, by the transaction that has written it. */
const STORED_REPORT = 'SELECT xmin::text FROM trial_intermediate_values WHERE trial_id = $1 AND step = $2';

/** A write in one batch to a trial that is known; resolves to undefined, with nothing written, where that fails. */
type AtOnce<T> = (session: Session, guard: Guard, trial: FrozenTrial) => Promise<T | undefined>;

/** The parts that {@link LeasedWrites} works with. */
export interface LeasedWritesParts {
  readonly transactions: Transactions;
  readonly trials: TrialRows;
  readonly known: KnownStudies;
  readonly own: OwnWrites;
}

/** Writes to running trials, each in a transaction of its own that checks the writer's lease first. */
export class LeasedWrites {
  readonly #parts: LeasedWritesParts;
  /** The number of writes on their way, by the id of the trial. */
  readonly #onTheirWay = new Map<number, number>();

  constructor(parts: LeasedWritesParts) {
    this.#parts = parts;
  }

  async setParams(lease: Lease, params: readonly SuggestedParam[], systemAttrs: Attributes): Promise<void> {
    for (const { name } of params) checkName('parameter', name);
    checkKeys(systemAttrs);
    const { study, trialId } = lease;
    const { known, transactions } = this.#parts;
    const edit = (trial: FrozenTrial) => withAttrs(withParams(trial, params), 'system', systemAttrs);
    const fresh = known.unknownParams(study.id, params);
    const mayBeAllowed = () => params.length > 0 && known.allowsParams(study.id, params);
    if (fresh.length > 0 && mayBeAllowed()) {
      // The study first, as always: nobody else adds a parameter of these names meanwhile.
      const first: AtOnce<true> = async (session, guard) => {
        const [, isDone] = await Promise.all([
          session.locked(STUDY_LOCK, study.id),
          guardedWrites.newParams(session, guard, params, systemAttrs, fresh),
        ]);
        return isDone || undefined;
      };
      if (await this.#writeAtOnce(lease, edit, first)) return known.rememberParams(study.id, params);
      await transactions.read((session) => known.lookUpParams(session, study.id, params));
    }
    const isKnown = known.unknownParams(study.id, params).length === 0 && mayBeAllowed();
    const remember = await this.#write(
      lease,
      async (session) => {
        if (known.unknownParams(study.id, params).length > 0) await known.lock(session, study);
        await this.#lock(session, lease);
        const remember = await known.checkParams(session, study.id, params);
        trialWrites.params(session, trialId, params);
        trialWrites.attrs(session, trialId, 'system', systemAttrs);
        return remember;
      },
      edit,
      isKnown
        ? async (session, guard) =>
            (await guardedWrites.params(session, guard, params, systemAttrs)) ? () => {} : undefined
        : undefined,
    );
    remember();
  }

  /** Stores a report. @returns whether it is the first one of the step. */
  async report(lease: Lease, step: number, value: number, metrics: Metrics): Promise<boolean> {
    checkReport(step, value);
    checkStep(step);
    checkMetrics(metrics);
    const { trialId } = lease;
    const hasMetrics = Object.keys(metrics).length > 0;
    const action = async (session: Session, unheard: Unheard | undefined) => {
      const locked = this.#lock(session, lease);
      const [there, stored] = await onceChecked(
        locked,
        Promise.all([
          session.row<[string]>(STORED_REPORT, trialId, step),
          hasMetrics ? storedMetrics(session, trialId, metricsKey(step)) : {},
        ]),
      );
      if (there !== undefined) return unheard !== undefined && isWrittenAfter(there[0], unheard);
      trialWrites.intermediateValues(session, trialId, [[step, value]]);
      if (hasMetrics) trialWrites.attrs(session, trialId, 'system', addedMetrics(stored, step, metrics));
      return true;
    };
    return this.#write(
      lease,
      action,
      (trial, isFirst) => (isFirst ? withReport(trial, step, value, metrics) : trial),
      async (session, guard, { systemAttrs }) =>
        (await guardedWrites.report(session, guard, step, value, systemAttrs, metrics)) || undefined,
    );
  }

  async setAttrs(lease: Lease, scope: AttributeScope, attributes: Attributes): Promise<void> {
    checkKeys(attributes);
    await this.#write<true>(
      lease,
      async (session) => {
        await this.#lock(session, lease);
        trialWrites.attrs(session, lease.trialId, scope, attributes);
        return true;
      },
      (trial) => withAttrs(trial, scope, attributes),
      async (session, guard, { userAttrs, systemAttrs }) => {
        const known = scope === 'user' ? userAttrs : systemAttrs;
        return (await guardedWrites.attrs(session, guard, scope, known, attributes)) || undefined;
      },
    );
  }

  /** @returns the trial as it stands then. */
  async finish(
    lease: Lease,
    state: FinishedState,
    values: readonly number[] | null,
    systemAttrs: Attributes,
  ): Promise<FrozenTrial> {
    checkKeys(systemAttrs);
    const { trialId, study } = lease;
    const { trials, known } = this.#parts;
    const completedAt = new Date();
    const action = async (session: Session, unheard: Unheard | undefined) => {
      if (unheard !== undefined) {
        await trialWrites.lock(session, trialId);
        const [stored] = await trials.readOne(session, trialId);
        if (stored !== undefined && isFinishedBy(stored, lease, state, completedAt)) return stored;
      }
      const locked = this.#lock(session, lease);
      const [[running], directions] = await onceChecked(
        locked,
        Promise.all([trials.readOne(session, trialId), known.directions(session, study.id)]),
      );
      checkValues(state, values, directions);
      trialWrites.values(session, trialId, values ?? []);
      trialWrites.attrs(session, trialId, 'system', systemAttrs);
      trialWrites.finish(session, trialId, state, completedAt);
      return finishedTrial(running as FrozenTrial, state, values, completedAt, systemAttrs);
    };
    const directions = known.directionsOf(study.id);
    const isFitting = directions !== undefined && valuesProblem(state, values, directions) === undefined;
    const atOnce: AtOnce<FrozenTrial> = async (session, guard, running) => {
      const isDone = await guardedWrites.finish(session, guard, state, completedAt, values ?? [], systemAttrs);
      return isDone ? finishedTrial(running, state, values, completedAt, systemAttrs) : undefined;
    };
    // A write on its way may reach the server before this one, and is not in the trial that is known.
    const isKnown = isFitting && !this.#onTheirWay.has(trialId);
    return this.#write(lease, action, (_, finished) => finished, isKnown ? atOnce : undefined);
  }

  async requeue(lease: Lease, requeue: Requeue): Promise<void> {
    const { trialId } = lease;
    const { keepReportsTo } = requeue;
    const keptTo = keepReportsTo === null ? null : Math.min(keepReportsTo, LARGEST_STEP);
    checkKeys(requeue.systemAttrs);
    const action = async (session: Session, unheard: Unheard | undefined) => {
      if (unheard !== undefined) {
        await trialWrites.lock(session, trialId);
        const [stored] = await this.#parts.trials.readOne(session, trialId);
        if (stored !== undefined && isRequeuedBy(stored, lease, requeue)) return true as const;
      }
      const locked = this.#lock(session, lease);
      const metrics = await onceChecked(locked, storedMetrics(session, trialId, METRICS_PREFIX));
      const { systemAttrs } = await locked;
      const attrs = requeueAttrs({ systemAttrs: { ...systemAttrs, ...metrics } }, requeue);
      trialWrites.replaceSystemAttrs(session, trialId, attrs);
      trialWrites.requeue(session, trialId, keptTo);
      return true as const;
    };
    await this.#write<true>(
      lease,
      action,
      (trial) => requeuedTrial(trial, requeue),
      async (session, guard, trial) =>
        (await guardedWrites.requeue(session, guard, trial.systemAttrs, requeueAttrs(trial, requeue), keptTo)) ||
        undefined,
    );
  }

  /** Renews leases. @returns those that are lost. */
  renew(leases: readonly Lease[]): Promise<readonly Lease[]> {
    return renewLeases(leases, this.#parts);
  }

  /**
   * Writes to a trial.
   * @param edit the change to the trial, for readers of this storage.
   * @param atOnce the same write in one batch, for a trial that is known to stand under the lease.
   */
  async #write<T>(
    lease: Lease,
    action: (session: Session, unheard: Unheard | undefined) => Promise<T>,
    edit: (trial: FrozenTrial, result: T) => FrozenTrial,
    atOnce?: AtOnce<T>,
  ): Promise<T> {
    const said = atOnce && this.#guarded(lease, atOnce);
    return this.#counted(lease, () =>
      this.#parts.transactions.write(action, this.#noting(lease, edit), said && { atOnce: said }),
    );
  }

  /** Writes to a trial by one batch alone. @returns undefined, with nothing written, where it takes more than that. */
  async #writeAtOnce<T>(
    lease: Lease,
    edit: (trial: FrozenTrial, result: T) => FrozenTrial,
    atOnce: AtOnce<T>,
  ): Promise<T | undefined> {
    const said = this.#guarded(lease, atOnce);
    return said && this.#counted(lease, () => this.#parts.transactions.writeAtOnce(said, this.#noting(lease, edit)));
  }

  /** A batch for a trial that is known to stand under the lease; undefined for any other. */
  #guarded<T>(lease: Lease, atOnce: AtOnce<T>): ((session: Session) => Promise<T | undefined>) | undefined {
    const trial = this.#parts.own.started(lease.trialId);
    const guard = trial && runsUnder(trial, lease) ? guardOf(lease, trial) : undefined;
    return guard && trial && ((session) => atOnce(session, guard, trial));
  }

  #noting<T>({ trialId }: Lease, edit: (trial: FrozenTrial, result: T) => FrozenTrial) {
    return (result: T, transaction: number) => {
      this.#parts.own.note(transaction, [trialId], (each) => edit(each, result));
    };
  }

  async #counted<T>({ trialId }: Lease, write: () => Promise<T>): Promise<T> {
    this.#count(trialId, 1);
    try {
      return await write();
    } finally {
      this.#count(trialId, -1);
    }
  }

  #count(trialId: number, change: 1 | -1): void {
    const count = (this.#onTheirWay.get(trialId) ?? 0) + change;
    if (count === 0) this.#onTheirWay.delete(trialId);
    else this.#onTheirWay.set(trialId, count);
  }

  /** Locks a trial until the end of the transaction, and checks the lease. @returns the trial. */
  async #lock(session: Session, lease: Lease): Promise<LeasedTrial> {
    const { trial, identity } = await lockTrials(session, [lease]);
    this.#parts.known.check(lease.study, identity(lease));
    const stored = trial(lease);
    checkLease(stored, lease);
    return stored;
  }
}

/** The attributes that hold a trial's metrics: all of them, or the one of a key. */
async function storedMetrics(session: Session, trialId: number, prefix: string): Promise<Attributes> {
  const rows = await session.rows<AttributeText>(METRICS, trialId, prefix);
  return new LenientReading().attributes(rows.map(([key, json]) => [key, boundedText(json)]));
}

/** Whether a row is of a write that nobody has heard of. @param xmin the last 32 bits of its transaction's number. */
function isWrittenAfter(xmin: string, { after }: Unheard): boolean {
  return ((Number(xmin) - after) | 0) > 0;
}

/** Whether a trial was requeued in this way in the attempt of a lease. */
function isRequeuedBy(trial: FrozenTrial, { attempt }: Lease, { systemAttrs = {} }: Requeue): boolean {
  const isStored = ([key, value]: [string, Attributes[string]]) =>
    isSameJson(trial.systemAttrs[key], value === null ? undefined : value);
  return trial.state === 'WAITING' && attemptOf(trial) === attempt + 1 && Object.entries(systemAttrs).every(isStored);
}

/** Whether a trial was finished under a lease, in this state and at this very time. */
function isFinishedBy(trial: FrozenTrial, lease: Lease, state: FinishedState, completedAt: Date): boolean {
  const isThen = trial.state === state && trial.completedAt?.getTime() === completedAt.getTime();
  return isThen && runsUnder({ ...trial, state: 'RUNNING' }, lease);
}
