import { HpoError } from '../../base/errors.ts';
import type { JsonValue } from '../../base/json.ts';
import { bestOfAll } from '../../trial/best-trial.ts';
import type { Attributes, FinishedState, FrozenTrial, TrialState } from '../../trial/frozen-trial.ts';
import type { Metrics } from '../../trial/reported-metrics.ts';
import { type HeldLease, holderOf, type Lease } from '../lease.ts';
import { attributeFromJson, attributeToJson } from '../optuna-rows/attribute-json.ts';
import { isIdentityOf } from '../optuna-rows/study-identity.ts';
import { LenientReading } from '../optuna-rows/unreadable.ts';
import type {
  AttributeScope,
  Changes,
  Cursor,
  Inventory,
  PageRequest,
  Reading,
  Requeue,
  Storage,
  StudyRecord,
  StudyTemplate,
  SuggestedParam,
  TrialResult,
  TrialStart,
  TrialTemplate,
} from '../storage.ts';
import { foreignCursor, noSuchNumber, studyExists } from '../storage-errors.ts';
import type { StudyRef } from '../study-ref.ts';
import { checkKeys, checkName, checkStudyTemplate } from '../template-checks.ts';
import { isSameJson } from '../trial-edits.ts';
import type { Waiting } from '../waiting.ts';
import { parsePostgresUrl } from './address/postgres-url.ts';
import type { AtOnce } from './at-once.ts';
import { openPool } from './connection.ts';
import { KnownStudies } from './known-studies.ts';
import { LeasedWrites } from './leased-writes.ts';
import { OwnWrites } from './own-writes.ts';
import { storageError } from './postgres-error.ts';
import type { QuickStarted } from './quick-start.ts';
import { createSchema, hasSchema } from './schema.ts';
import { onceChecked, type Session } from './session.ts';
import { studyRows } from './study-rows.ts';
import { studySummary } from './study-summary.ts';
import { Transactions } from './transactions.ts';
import { type Position, positionWith, TrialChanges } from './trial-changes.ts';
import { pageIds } from './trial-pages.ts';
import { storedLease, TrialRows } from './trial-rows.ts';
import { type Added, TrialStarts } from './trial-starts.ts';
import { trialWrites } from './trial-writes.ts';

/** The way to open a database. */
export interface PostgresOptions {
  /** Whether to lay out Optuna's tables where there are none; as in {@link OpenStorageOptions}. */
  readonly create: boolean | 'later';
  readonly waiting?: Waiting;
}

/**
 * Keeps studies in a PostgreSQL database with Optuna's own schema, which any number of machines, and Optuna's
 * processes, use at the same time. A database of Optuna's is used as it is.
 *
 * Every write locks what it relies on: the row of the study where trials are added or started, as Optuna does, else the
 * row of the trial. What a running study writes takes one round trip to the server, from the beginning of its transaction
 * to its end, so that nobody waits for a client that holds a lock.
 */
export class PostgresStorage implements Storage {
  readonly label: string;
  readonly #transactions: Transactions;
  readonly #trials = new TrialRows();
  readonly #readChanges: TrialChanges;
  readonly #own = new OwnWrites();
  readonly #known: KnownStudies;
  readonly #starts: TrialStarts;
  readonly #leased: LeasedWrites;
  /** Whether other programs had written when the database was last looked at. */
  #isShared = false;

  /**
   * Opens a database.
   * @param url as {@link parsePostgresUrl} takes it.
   * @throws HpoError HPO_INVALID_ARGUMENT for a bad URL; HPO_INSTALLATION if `pg` is not installed; HPO_STORAGE if the
   *   server cannot be reached or refuses, or the database holds something else.
   */
  static async open(url: string, { create, waiting }: PostgresOptions): Promise<PostgresStorage> {
    const address = parsePostgresUrl(url);
    const { label, prepare } = address;
    const pool = await openPool(address).catch((error) => {
      throw storageError(label, error);
    });
    const transactions = new Transactions({ pool, label, prepares: prepare, waiting });
    try {
      const isRight = await transactions.read((session) => hasSchema(session, label));
      if (!isRight && create !== true) {
        throw new HpoError('HPO_STORAGE', `There is no study in ${label}; the first run of a study makes its tables.`, {
          data: { label, isMissing: true },
        });
      }
      if (!isRight) await transactions.write((session) => createSchema(session, label));
      return new PostgresStorage(label, transactions);
    } catch (error) {
      await transactions.close();
      throw error;
    }
  }

  private constructor(label: string, transactions: Transactions) {
    this.label = label;
    this.#transactions = transactions;
    this.#readChanges = new TrialChanges(this.#trials);
    this.#known = new KnownStudies({ label, trials: this.#trials, changes: this.#readChanges });
    this.#starts = new TrialStarts(this.#trials, this.#known);
    this.#leased = new LeasedWrites({ transactions, trials: this.#trials, known: this.#known, own: this.#own });
  }

  async createStudy(template: StudyTemplate, ifExists: 'fail' | 'load' = 'fail'): Promise<StudyRecord> {
    checkStudyTemplate(template);
    const { name } = template;
    return this.#transactions.write(async (session) => {
      for (;;) {
        const isNew = await studyRows.insert(session, template);
        const record = await studyRows.find(session, name);
        if (record === undefined) continue; // another process has deleted it just now
        if (!isNew && ifExists === 'fail') throw studyExists(name, this.label);
        return record;
      }
    });
  }

  async findStudy(name: string): Promise<StudyRecord | undefined> {
    return this.#transactions.read((session) => studyRows.find(session, name));
  }

  async listStudies(): Promise<readonly StudyRecord[]> {
    return this.#transactions.read((session) => studyRows.list(session));
  }

  async renameStudy(study: StudyRef, name: string): Promise<StudyRecord> {
    checkName('study', name);
    return this.#transactions.write(async (session) => {
      await this.#known.lock(session, study);
      if (!(await studyRows.rename(session, study.id, name))) {
        throw studyExists(name, this.label, 'give another name');
      }
      return (await studyRows.find(session, name)) as StudyRecord;
    });
  }

  async deleteStudy(study: StudyRef): Promise<void> {
    await this.#transactions.write(
      async (session) => {
        await this.#known.lock(session, study);
        studyRows.delete(session, study.id);
      },
      undefined,
      { isLong: true },
    );
    this.#known.forget(study.id);
    this.#own.forget();
  }

  async eraseTrial(study: StudyRef, number: number, systemAttrs: Attributes = {}): Promise<FrozenTrial> {
    checkKeys(systemAttrs);
    const erased = await this.#transactions.write(async (session) => {
      await this.#known.lock(session, study);
      const id = await studySummary.idOf(session, study.id, number);
      if (id === undefined) throw noSuchNumber(number, study, this.label);
      await trialWrites.lock(session, id);
      trialWrites.erase(session, id, new Date());
      trialWrites.attrs(session, id, 'system', systemAttrs);
      return (await this.#trials.readOne(session, id))[0] as FrozenTrial;
    });
    this.#known.forget(study.id);
    this.#own.forget();
    return erased;
  }

  async setStudyAttr(
    study: StudyRef,
    scope: AttributeScope,
    key: string,
    value: JsonValue | undefined,
    only?: { readonly expected: JsonValue | undefined },
  ): Promise<JsonValue | undefined> {
    checkName('attribute', key);
    const stored = value === undefined ? undefined : attributeFromJson(attributeToJson(key, value));
    const write = async (session: Session) => {
      const locked = this.#known.lock(session, study);
      const current = await onceChecked(locked, only === undefined ? none : studyRows.attr(session, study, scope, key));
      if (only !== undefined && !isSameJson(current, only.expected)) return current;
      studyRows.setAttr(session, study.id, scope, key, value);
      return stored;
    };
    const { token } = study;
    if (token === undefined) return this.#transactions.write(write);
    // Hundreds of coordinators that begin at once all set the same attributes. Each states what it replaces, so that a
    // batch which arrives late undoes nothing.
    const text = (given: JsonValue | undefined) => (given === undefined ? null : attributeToJson(key, given));
    const expected =
      only === undefined
        ? await this.#transactions.read((session) => studyRows.attrJson(session, study.id, scope, key))
        : text(only.expected);
    const attr = { scope, key, json: text(value), expected };
    const atOnce = async (session: Session): Promise<Standing | undefined> => {
      const now = await studyRows.replaceAttr(session, { ...study, token }, attr);
      if (now.isSet) return { value: stored };
      // Those who come too late learn from the same answer what stands there; anything unusual is looked at again.
      if (now.json === null || now.identity === undefined || !isIdentityOf(study, now.identity)) return undefined;
      const current = new LenientReading().attributes([[key, now.json]])[key];
      const isAsWanted = only === undefined ? isSameJson(current, stored) : !isSameJson(current, only.expected);
      return current !== undefined && isAsWanted ? { value: current } : undefined;
    };
    const long = async (session: Session): Promise<Standing> => ({ value: await write(session) });
    return (await this.#transactions.write(long, undefined, { atOnce })).value;
  }

  async createTrial(study: StudyRef, template: TrialTemplate): Promise<FrozenTrial> {
    return (await this.#added(study, (session) => this.#starts.add(session, study, template))) as FrozenTrial;
  }

  async createTrialAfter(study: StudyRef, count: number, template: TrialTemplate): Promise<FrozenTrial | undefined> {
    return this.#added(study, (session) => this.#starts.add(session, study, template, count));
  }

  async startTrial(study: StudyRef, start: TrialStart): Promise<FrozenTrial | undefined> {
    const { systemAttrs = {}, atMost = Number.POSITIVE_INFINITY } = start;
    checkKeys(systemAttrs);
    // A caller that waits for the last trials of others asks again and again, and must not take the lock each time.
    const mayStart = () => this.#transactions.read((session) => this.#starts.isStartable(session, study, start));
    if (this.#starts.isReached(study, atMost) && !(await mayStart())) return undefined;
    for (let tries = 0; tries < QUICK_TRIES; tries++) {
      const atOnce = this.#starts.atOnce(study, start);
      if (atOnce === undefined) break;
      const trial = await this.#startedAtOnce(study, start.holder?.id, atOnce);
      if (trial !== undefined) return trial;
      if (!(await mayStart())) return undefined;
    }
    return this.#added(study, (session) => this.#starts.start(session, study, start));
  }

  async setTrialParams(lease: Lease, params: readonly SuggestedParam[], systemAttrs: Attributes = {}): Promise<void> {
    return this.#leased.setParams(lease, params, systemAttrs);
  }

  async setIntermediateValue(lease: Lease, step: number, value: number, metrics: Metrics = {}): Promise<boolean> {
    return this.#leased.report(lease, step, value, metrics);
  }

  async setTrialAttrs(lease: Lease, scope: AttributeScope, attributes: Attributes): Promise<void> {
    return this.#leased.setAttrs(lease, scope, attributes);
  }

  async finishTrial(
    lease: Lease,
    state: FinishedState,
    values: readonly number[] | null,
    systemAttrs: Attributes = {},
  ): Promise<FrozenTrial> {
    return this.#leased.finish(lease, state, values, systemAttrs);
  }

  async requeueTrial(lease: Lease, requeue: Requeue): Promise<void> {
    return this.#leased.requeue(lease, requeue);
  }

  async renew(leases: readonly Lease[]): Promise<readonly Lease[]> {
    return this.#leased.renew(leases);
  }

  async leases(study: StudyRef): Promise<readonly HeldLease[]> {
    const heads = await this.#about(study, (session) => this.#known.catchUp(session, study));
    return heads.flatMap(([, , , , , lease]) => storedLease(lease) ?? []);
  }

  async changesSince(study: StudyRef, cursor?: Cursor, reading?: Reading): Promise<Changes> {
    const before = cursor && this.#positionOf(study, cursor);
    // Where other programs write, too, a look at whether they have would only come before the other one.
    const isAlone = before !== undefined && !this.#isShared;
    const snapshot = isAlone ? await this.#transactions.snapshot() : undefined;
    const own = before && snapshot && this.#own.between(study.id, before.snapshot, snapshot);
    if (cursor !== undefined && own?.length === 0) return Object.freeze({ cursor, trials: own });
    if (own !== undefined && before !== undefined && snapshot !== undefined) {
      const position = positionWith(before, own, snapshot);
      this.#known.learn(study.id, position.seen);
      return this.#changes(study, own, position);
    }
    const directions = (session: Session) => this.#known.directions(session, study.id);
    const atOnce =
      before &&
      (await this.#transactions.readAtOnce((session) =>
        onceChecked(
          this.#known.require(session, study),
          this.#readChanges.sinceAtOnce(session, study.id, before, directions(session), reading),
        ),
      ));
    const { trials, position } =
      atOnce ??
      (await this.#about(study, (session) =>
        this.#readChanges.since(session, study.id, before, directions(session), reading),
      ));
    this.#isShared =
      before !== undefined && this.#own.between(study.id, before.snapshot, position.snapshot) === undefined;
    if (reading?.reportsOf !== undefined) this.#own.forgetOthers();
    this.#own.learn(study.id, trials, position.snapshot);
    this.#known.learn(study.id, position.seen);
    this.#known.learnParams(study.id, trials);
    return this.#changes(study, trials, position);
  }

  async counts(study: StudyRef): Promise<Readonly<Record<TrialState, number>>> {
    return this.#about(study, (session) => studySummary.counts(session, study.id));
  }

  async bestTrials(study: StudyRef, n: number): Promise<readonly FrozenTrial[]> {
    return this.#about(study, async (session) => {
      const directions = await studyRows.directions(session, study);
      const results = await studySummary.results(session, study.id, directions.length);
      const best = bestOfAll(results, directions, n).map(({ id }) => id);
      return this.#readTrials(session, study, best);
    });
  }

  async trial(study: StudyRef, number: number): Promise<FrozenTrial | undefined> {
    return this.#about(study, async (session) => {
      const id = await studySummary.idOf(session, study.id, number);
      return id === undefined ? undefined : (await this.#readTrials(session, study, [id]))[0];
    });
  }

  async page(study: StudyRef, request: PageRequest): Promise<readonly FrozenTrial[]> {
    return this.#about(study, async (session) =>
      this.#readTrials(session, study, await pageIds(session, this.#trials, study.id, request)),
    );
  }

  async inventory(study: StudyRef): Promise<Inventory> {
    return this.#about(study, (session) => studySummary.inventory(session, this.#trials, study.id));
  }

  async results(study: StudyRef): Promise<readonly TrialResult[]> {
    return this.#about(study, async (session) =>
      studySummary.results(session, study.id, (await studyRows.directions(session, study)).length),
    );
  }

  async confirm(): Promise<void> {
    await this.#transactions.read((session) => hasSchema(session, this.label));
  }

  async close(): Promise<void> {
    await this.#transactions.close();
  }

  #changes(study: StudyRef, trials: readonly FrozenTrial[], position: Position): Changes {
    const cursor = new PositionCursor(this, study, position) as unknown as Cursor;
    return Object.freeze({ cursor, trials: Object.freeze(trials) });
  }

  /** Reads something of a study that exists. */
  #about<T>(study: StudyRef, read: (session: Session) => Promise<T>): Promise<T> {
    return this.#transactions.read((session) => onceChecked(this.#known.require(session, study), read(session)));
  }

  /** The trials with these ids, in their order. */
  async #readTrials(session: Session, study: StudyRef, ids: readonly number[]): Promise<readonly FrozenTrial[]> {
    const [heads, directions] = await Promise.all([
      this.#trials.heads(session, ids),
      this.#known.directions(session, study.id),
    ]);
    return this.#trials.read(session, heads, directions);
  }

  /** @throws HpoError HPO_INVALID_ARGUMENT for the cursor of another study or storage. */
  #positionOf(study: StudyRef, cursor: Cursor): Position {
    const known: unknown = cursor;
    if (!(known instanceof PositionCursor && known.storage === this)) throw foreignCursor();
    if (known.study.id !== study.id) throw foreignCursor();
    return known.position;
  }

  /** Adds or starts a trial, and makes it known after the commit. */
  async #added(
    study: StudyRef,
    action: (session: Session) => Promise<Added | undefined>,
  ): Promise<FrozenTrial | undefined> {
    const added = await this.#transactions.write(action, (done, transaction) => {
      done?.remember?.();
      if (done === undefined) this.#own.note(transaction, [], (trial) => trial);
      else this.#own.begin(transaction, study.id, done.trial);
    });
    return added?.trial;
  }

  /** Starts a trial by one batch. @returns undefined, with nothing changed, where there was none to start. */
  async #startedAtOnce(
    study: StudyRef,
    holder: string | undefined,
    atOnce: AtOnce<QuickStarted>,
  ): Promise<FrozenTrial | undefined> {
    let last = 0;
    const started = await this.#transactions.writeAtOnce(atOnce, (done, transaction) => {
      last = transaction;
      if (done === 'nothing') this.#own.note(transaction, [], (trial) => trial);
      else if ('trial' in done) this.#own.begin(transaction, study.id, done.trial);
    });
    if (started === undefined || started === 'nothing') return undefined;
    if ('trial' in started) return started.trial;
    const [trial] = await this.#about(study, (session) => this.#trials.readOne(session, started.id));
    // A process that was stopped in between may have lost it again.
    if (trial?.state !== 'RUNNING' || holderOf(trial.systemAttrs) !== holder) return undefined;
    this.#own.begin(last, study.id, trial);
    return trial;
  }
}

/** The number of times that a start is tried by one batch, with a look at what there is to start in between. */
const QUICK_TRIES = 3;

const none = Promise.resolve(undefined);

/** The value of an attribute; undefined where there is none. */
interface Standing {
  readonly value: JsonValue | undefined;
}

/** A {@link Cursor} of one storage. */
class PositionCursor {
  readonly storage: PostgresStorage;
  readonly study: StudyRef;
  readonly position: Position;

  constructor(storage: PostgresStorage, study: StudyRef, position: Position) {
    this.storage = storage;
    this.study = study;
    this.position = position;
    Object.freeze(this);
  }
}
