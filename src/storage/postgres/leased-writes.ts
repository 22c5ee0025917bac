import type { Attributes, FinishedState, FrozenTrial, TrialState } from '../../trial/frozen-trial.ts';
import { addedMetrics, METRICS_PREFIX, type Metrics, metricsKey } from '../../trial/reported-metrics.ts';
import { ATTEMPT_KEY, heldLease, LEASE_KEY, type Lease, renewedLease } from '../lease.ts';
import { checkLease, type LeasedTrial, runsUnder } from '../lease-checks.ts';
import { isIdentityOf, type StudyIdentity } from '../optuna-rows/study-identity.ts';
import { type AttributeText, LenientReading } from '../optuna-rows/unreadable.ts';
import type { AttributeScope, Requeue, SuggestedParam } from '../storage.ts';
import { checkKeys, checkMetrics, checkName, checkReport, checkValues, valuesProblem } from '../template-checks.ts';
import { finishedTrial, requeueAttrs, requeuedTrial, withAttrs, withParams, withReport } from '../trial-edits.ts';
import { boundedColumn, boundedText } from './columns.ts';
import { type Guard, guardedWrites, guardOf } from './guarded-writes.ts';
import type { KnownStudies } from './known-studies.ts';
import type { OwnWrites } from './own-writes.ts';
import { checkStep, LARGEST_STEP } from './report-step.ts';
import { onceChecked, type Session } from './session.ts';
import { TOKEN_COLUMN } from './study-rows.ts';
import type { Transactions, Unheard } from './transactions.ts';
import type { TrialRows } from './trial-rows.ts';
import { trialWrites } from './trial-writes.ts';

/** The number that a trial has whose row has none, as in databases of early versions. It only stands in messages. */
const NO_NUMBER = 0;

const TRIALS = `SELECT txid_current(), trial_id, study_id, COALESCE(number, ${NO_NUMBER}), state::text FROM trials
  WHERE trial_id = ANY($1::int[]) ORDER BY trial_id FOR NO KEY UPDATE`;

/** What leases are checked against, beside the trials' own rows: of studies the identities, of trials two attributes. */
const CLAIMS = `SELECT NULL::int, study_id, study_name, ${TOKEN_COLUMN} FROM studies WHERE study_id = ANY($1::int[])
  UNION ALL SELECT trial_id, NULL, "key", ${boundedColumn('value_json')} FROM trial_system_attributes
  WHERE trial_id = ANY($2::int[]) AND "key" IN ('${LEASE_KEY}', '${ATTEMPT_KEY}')`;

type ClaimRow = readonly [trialId: number | null, studyId: number | null, name: string, json: string | null];

const METRICS = `SELECT "key", ${boundedColumn('value_json')} FROM trial_system_attributes
  WHERE trial_id = $1 AND starts_with("key", $2)`;

/** A report, by the transaction that has written it. */
const STORED_REPORT = 'SELECT xmin::text FROM trial_intermediate_values WHERE trial_id = $1 AND step = $2';

/** A write in one batch to a trial that is known; resolves to undefined, with nothing written, where that fails. */
type AtOnce<T> = (session: Session, guard: Guard, trial: FrozenTrial) => Promise<T | undefined>;

/** The trials that leases name, locked until the end of the transaction. */
type LockedTrials = (lease: Lease) => LeasedTrial | undefined;

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
    const { known } = this.#parts;
    const isAllowed = params.length > 0 && known.allowsParams(study.id, params);
    const remember = await this.#write(
      lease,
      async (session) => {
        // The study first, as always: nobody else adds a parameter of these names meanwhile.
        if (!known.hasParams(study.id, params)) await known.lock(session, study);
        await this.#lock(session, lease);
        const remember = await known.checkParams(session, study.id, params);
        trialWrites.params(session, trialId, params);
        trialWrites.attrs(session, trialId, 'system', systemAttrs);
        return remember;
      },
      (trial) => withAttrs(withParams(trial, params), 'system', systemAttrs),
      isAllowed
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
      hasMetrics
        ? undefined
        : async (session, guard) => (await guardedWrites.report(session, guard, step, value)) || undefined,
    );
  }

  async setAttrs(lease: Lease, scope: AttributeScope, attributes: Attributes): Promise<void> {
    checkKeys(attributes);
    const action = async (session: Session) => {
      await this.#lock(session, lease);
      trialWrites.attrs(session, lease.trialId, scope, attributes);
    };
    await this.#write(lease, action, (trial) => withAttrs(trial, scope, attributes));
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
    checkKeys(requeue.systemAttrs);
    const action = async (session: Session) => {
      const locked = this.#lock(session, lease);
      const metrics = await onceChecked(locked, storedMetrics(session, trialId, METRICS_PREFIX));
      const { systemAttrs } = await locked;
      const attrs = requeueAttrs({ systemAttrs: { ...systemAttrs, ...metrics } }, requeue);
      trialWrites.replaceSystemAttrs(session, trialId, attrs);
      trialWrites.requeue(session, trialId, keepReportsTo === null ? null : Math.min(keepReportsTo, LARGEST_STEP));
    };
    await this.#write(lease, action, (trial) => requeuedTrial(trial, requeue));
  }

  /** Renews leases in one transaction. @returns those that are lost. */
  async renew(leases: readonly Lease[]): Promise<readonly Lease[]> {
    if (leases.length === 0) return [];
    const { transactions, own } = this.#parts;
    const action = async (session: Session) => {
      const locked = await lockTrials(session, leases);
      const renewed = new Map<number, Attributes[string]>();
      const lost = leases.filter((lease) => {
        const trial = locked.studyOf(lease) ? locked.trial(lease) : undefined;
        const held = trial && runsUnder(trial, lease) ? heldLease(trial.systemAttrs) : undefined;
        if (held !== undefined) renewed.set(lease.trialId, renewedLease(held)[LEASE_KEY] as Attributes[string]);
        return held === undefined;
      });
      trialWrites.attrOfEach(session, LEASE_KEY, renewed);
      return { lost, renewed };
    };
    const { lost } = await transactions.write(action, ({ renewed }, transaction) => {
      own.note(transaction, [...renewed.keys()], (trial) =>
        withAttrs(trial, 'system', { [LEASE_KEY]: renewed.get(trial.id) as Attributes[string] }),
      );
    });
    return lost;
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
    const { transactions, own } = this.#parts;
    const { trialId } = lease;
    const trial = atOnce && own.started(trialId);
    const guard = trial && runsUnder(trial, lease) ? guardOf(lease, trial) : undefined;
    const committed = (result: T, transaction: number) => {
      own.note(transaction, [trialId], (each) => edit(each, result));
    };
    const said =
      atOnce === undefined || trial === undefined || guard === undefined
        ? {}
        : { atOnce: (session: Session) => atOnce(session, guard, trial) };
    this.#count(trialId, 1);
    try {
      return await transactions.write(action, committed, said);
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

/** Locks the trials of leases, in the order of their ids. */
async function lockTrials(session: Session, leases: readonly Lease[]) {
  const ids = leases.map(({ trialId }) => trialId);
  // Two statements: what the first one reads may be older than its locks.
  const [trials, claims] = await Promise.all([
    session.locked<[number, number, number, TrialState]>(TRIALS, ids),
    session.rows<ClaimRow>(CLAIMS, [...new Set(leases.map(({ study }) => study.id))], ids),
  ]);
  const rows = new Map(trials.map((row) => [row[0], row]));
  const identities = new Map<number, StudyIdentity>();
  const attrs = new Map<number, AttributeText[]>();
  for (const [trialId, studyId, name, text] of claims) {
    const json = boundedText(text);
    if (studyId !== null) identities.set(studyId, { name, tokenJson: json });
    else if (trialId !== null) attrs.set(trialId, [...(attrs.get(trialId) ?? []), [name, json as string]]);
  }
  const identity = ({ study }: Lease) => identities.get(study.id);
  const trial: LockedTrials = ({ trialId, study }) => {
    const row = rows.get(trialId);
    if (row === undefined || row[1] !== study.id) return undefined;
    // A lease that cannot be read counts as none.
    return { number: row[2], state: row[3], systemAttrs: new LenientReading().attributes(attrs.get(trialId) ?? []) };
  };
  const studyOf = (lease: Lease) => {
    const found = identity(lease);
    return found !== undefined && isIdentityOf(lease.study, found);
  };
  return { trial, identity, studyOf };
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

/** Whether a trial was finished under a lease, in this state and at this very time. */
function isFinishedBy(trial: FrozenTrial, lease: Lease, state: FinishedState, completedAt: Date): boolean {
  const isThen = trial.state === state && trial.completedAt?.getTime() === completedAt.getTime();
  return isThen && runsUnder({ ...trial, state: 'RUNNING' }, lease);
}
