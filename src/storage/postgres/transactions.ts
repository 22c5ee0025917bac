import type { Pool, PoolClient } from 'pg';
import { HpoError } from '../../base/errors.ts';
import type { Access } from '../wait-limit.ts';
import type { Waiting } from '../waiting.ts';
import { type AtOnce, Saying, type Unheard } from './at-once.ts';
import { freeClient } from './free-client.ts';
import type { Snapshot } from './own-writes.ts';
import { Patience } from './patience.ts';
import { passing, sqlState, storageError } from './postgres-error.ts';
import { type Mark, Session } from './session.ts';

/** The parts that {@link Transactions} works with. */
export interface TransactionsParts {
  readonly pool: Pool;
  /** The name of the storage in messages. */
  readonly label: string;
  /** Whether connections are our own, with {@link SETTINGS}, and keep statements that are prepared under names. */
  readonly prepares: boolean;
  readonly waiting?: Waiting | undefined;
}

/** The longest time that the server spends on one statement, waiting for locks included, in milliseconds. */
export const STATEMENT_LIMIT_MS = 15_000;

/** The time after which the server ends a transaction in which nothing happens, in milliseconds. */
const IDLE_LIMIT_MS = 60_000;
/** The same for a transaction that keeps locks, as that of a coordinator which is stopped in the middle of it. */
const LOCKING_IDLE_LIMIT_MS = 10_000;

/** The settings of a session by which it keeps its limits, and spends no time on plans that it will not need again. */
export const SETTINGS: Readonly<Record<string, string | number>> = {
  statement_timeout: STATEMENT_LIMIT_MS,
  idle_in_transaction_session_timeout: IDLE_LIMIT_MS,
  jit: 'off',
  plan_cache_mode: 'force_generic_plan',
};

const READ = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';
const WRITE = 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE';
const LOCKING = `SET LOCAL idle_in_transaction_session_timeout = ${LOCKING_IDLE_LIMIT_MS}`;
const UNLIMITED = 'SET LOCAL statement_timeout = 0';
/** For a connection that a pooler shares with other programs: the settings belong to the transaction. */
const EACH_TIME = `SELECT ${Object.entries(SETTINGS)
  .map(([name, value]) => `set_config('${name}', '${value}', true)`)
  .join(', ')}`;

/** A transaction that may have been committed. */
interface UnknownOutcome {
  readonly id: string;
  /** Some of the rows that it has written. */
  readonly marks: readonly Mark[];
}

/** SQL for whether a transaction has left one of some rows, by the last 32 bits of its number and their values. */
function traceOf(marks: readonly Mark[]): string {
  const each = marks.map(({ table, owner, column }, at) => {
    const id = table.startsWith('stud') ? 'study_id' : 'trial_id';
    const part = column === undefined ? '' : ` AND ${column}::text = ($2::text[])[${at + 1}]`;
    return `EXISTS (SELECT 1 FROM ${table} WHERE ${id} = ${owner}${part} AND xmin::text = $1)`;
  });
  return `SELECT ${each.join(' OR ')}, $2::text[]`;
}

/** What becomes of a transaction whose action has succeeded. */
interface Outcomes<T> {
  /** It is committed. */
  committed(result: T, transaction: number): void;
  /** It may be committed; only the server knows. */
  onUnknown(outcome: UnknownOutcome, result: T): void;
}

/** The way of a write. */
interface WriteOptions<T> {
  /** Whether a statement may take as long as it needs. */
  readonly isLong?: boolean;
  /** The same write as one batch, tried first. */
  readonly atOnce?: AtOnce<T>;
}

const UNKNOWN = Symbol('unknown outcome');

/**
 * Runs transactions, again where the server was away or other processes got in the way. Where the connection is lost
 * while a transaction is being committed, its outcome is asked of the server, so that no write is done twice. They fail
 * with HpoError HPO_STORAGE or HPO_DISK where the database cannot be used.
 */
export class Transactions {
  readonly #parts: TransactionsParts;
  readonly #patience: Patience;
  /** The number of the last transaction that is known to be committed. */
  #last = 0;
  #isClosed = false;

  constructor(parts: TransactionsParts) {
    this.#parts = parts;
    this.#patience = new Patience(parts.label, parts.waiting);
  }

  /** Reads one state of the database, whatever other connections write meanwhile. */
  read<T>(action: (session: Session) => Promise<T>): Promise<T> {
    return this.#run('read', () => this.#reading(action));
  }

  /**
   * Reads one state of the database by one batch: the action sends all of its statements before it waits for any, and no
   * transaction is open while the answer is on its way.
   */
  readAtOnce<T>(action: (session: Session) => Promise<T>): Promise<T> {
    return this.#run('read', async () => {
      const { pool, prepares } = this.#parts;
      const client = await freeClient(pool);
      const session = new Session(client, prepares);
      try {
        const [, result] = await Promise.all([this.#begin(session, READ), action(session), session.commit()]);
        client.release();
        return result;
      } catch (error) {
        abandon(client, session, error);
        throw error;
      }
    });
  }

  /**
   * Writes. An action must take the locks that keep what it reads as it is, and is run anew if it has to be repeated.
   *
   * @param action the write. `unheard` is given after a write {@link WriteOptions.atOnce} that may have been committed:
   *   then the action must find out, under its locks. It keeps these while the client is on its way: for what is rare.
   * @param committed called with the result and the number of the transaction as soon as it is known to be committed.
   */
  write<T>(
    action: (session: Session, unheard: Unheard | undefined) => Promise<T>,
    committed: (result: T, transaction: number) => void = () => {},
    { isLong = false, atOnce }: WriteOptions<T> = {},
  ): Promise<T> {
    // The result of a transaction that may have been committed.
    let pending: (UnknownOutcome & { readonly result: T }) | undefined;
    const saying = atOnce && new Saying(atOnce);
    const onCommitted = this.#noting(committed);
    return this.#run('write', async () => {
      if (pending !== undefined) {
        const { result } = pending;
        if (await this.#wasCommitted(pending)) {
          onCommitted(result, Number(pending.id));
          return result;
        }
        pending = undefined;
      }
      const onUnknown = (outcome: UnknownOutcome, result: T) => {
        pending = { ...outcome, result };
      };
      if (saying !== undefined && !saying.isRefused) {
        const result = await this.#saying(saying, onCommitted);
        if (result !== undefined) return result;
      }
      const known = (session: Session) => action(session, saying?.unheard);
      return this.#writing(known, isLong, { committed: onCommitted, onUnknown });
    });
  }

  /**
   * Writes by one batch alone.
   * @param committed as for {@link write}.
   * @returns undefined where that is refused.
   */
  writeAtOnce<T>(atOnce: AtOnce<T>, committed: (result: T, transaction: number) => void): Promise<T | undefined> {
    const saying = new Saying(atOnce);
    return this.#run('write', () => this.#saying(saying, this.#noting(committed)));
  }

  /** The transactions of the server that write, as of now. */
  snapshot(): Promise<Snapshot> {
    return this.#run('read', async () => {
      const { pool, prepares } = this.#parts;
      const client = await freeClient(pool);
      try {
        const snapshot = await new Session(client, prepares).snapshot();
        client.release();
        return snapshot;
      } catch (error) {
        client.release(true);
        throw error;
      }
    });
  }

  /** Closes the connections. Further transactions are refused. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#parts.pool.end();
  }

  #noting<T>(committed: (result: T, transaction: number) => void) {
    return (result: T, transaction: number) => {
      this.#last = Math.max(this.#last, transaction);
      committed(result, transaction);
    };
  }

  async #run<T>(access: Access, action: () => Promise<T>): Promise<T> {
    const { label } = this.#parts;
    if (this.#isClosed) throw new HpoError('HPO_STORAGE', `${label} has been closed.`);
    try {
      return await this.#patience.run(access, action);
    } catch (error) {
      if (this.#isClosed && !HpoError.is(error)) throw new HpoError('HPO_STORAGE', `${label} has been closed.`);
      throw storageError(label, error);
    }
  }

  async #reading<T>(action: (session: Session) => Promise<T>): Promise<T> {
    const { pool, prepares } = this.#parts;
    const client = await freeClient(pool);
    const session = new Session(client, prepares);
    try {
      const begun = this.#begin(session, READ);
      const result = await action(session);
      await begun;
      // Nothing depends on the end of a transaction that has written nothing.
      void session.commit().then(
        () => client.release(),
        (error: Error) => client.release(error),
      );
      return result;
    } catch (error) {
      abandon(client, session, error);
      throw error;
    }
  }

  /** Runs a transaction that is one batch of statements. */
  async #saying<T>(saying: Saying<T>, committed: (result: T, transaction: number) => void): Promise<T | undefined> {
    const client = await freeClient(this.#parts.pool);
    const session = new Session(client, this.#parts.prepares);
    const after = this.#last;
    try {
      const said = [this.#begin(session, WRITE), saying.say(session), session.commit()] as const;
      const [, result] = await Promise.all(said);
      client.release();
      if (result !== undefined && session.transactionId !== undefined) committed(result, Number(session.transactionId));
      return result;
    } catch (error) {
      client.release(true);
      if (passing(error) === 'later') saying.lost(after);
      throw error;
    }
  }

  async #writing<T>(
    action: (session: Session) => Promise<T>,
    isLong: boolean,
    { committed, onUnknown }: Outcomes<T>,
  ): Promise<T> {
    const { pool, prepares } = this.#parts;
    const client = await freeClient(pool);
    const session = new Session(client, prepares, isLong);
    let result: T | typeof UNKNOWN = UNKNOWN;
    try {
      const begun = this.#begin(session, WRITE, LOCKING, ...(isLong ? [UNLIMITED] : []));
      result = await action(session);
      await begun;
      await session.commit();
      client.release();
      if (session.transactionId !== undefined) committed(result, Number(session.transactionId));
      return result;
    } catch (error) {
      // From here on the commit may have reached the server.
      const { transactionId } = session;
      const mayBeCommitted = result !== UNKNOWN && transactionId !== undefined && passing(error) === 'later';
      if (mayBeCommitted) onUnknown({ id: transactionId, marks: session.marks }, result as T);
      abandon(client, session, error);
      throw error;
    }
  }

  /** Begins a transaction. @returns once it has begun; nobody need wait for that. */
  #begin(session: Session, ...sql: readonly string[]): Promise<unknown> {
    const [begin = '', ...settings] = sql;
    const all = [begin, ...(this.#parts.prepares ? [] : [EACH_TIME]), ...settings];
    const begun = Promise.all(all.map((each) => session.control(each)));
    begun.catch(() => {}); // thrown where it is waited for
    return begun;
  }

  /**
   * The outcome of a transaction, as soon as the server knows it. A server that has crashed may have forgotten its number,
   * or given it to another one, even to one of the same trial; then none of the very rows that it wrote is of this number.
   */
  async #wasCommitted({ id, marks }: UnknownOutcome): Promise<boolean> {
    try {
      return await this.#reading(async (session) => {
        const [status] = (await session.row<[string | null]>('SELECT txid_status($1::bigint)', id)) ?? [];
        if (status === 'in progress') {
          throw Object.assign(new Error('the transaction before is still in progress'), { code: '55P03' });
        }
        if (status !== 'committed' || marks.length === 0) return status === 'committed';
        const values = marks.map(({ value = null }) => (value === null ? null : String(value)));
        const [found] = (await session.row<[string]>(traceOf(marks), String(Number(id) % 2 ** 32), values)) ?? [];
        return found === 't';
      });
    } catch (error) {
      if (sqlState(error) === FROM_THE_FUTURE) return false; // a crash has come before its commit
      throw error;
    }
  }
}

/** The state of an error about a transaction whose number the server has not given out yet. */
const FROM_THE_FUTURE = '22023';

/** Gives a connection back after an error: for further use where it was only the action that refused. */
function abandon(client: PoolClient, session: Session, error: unknown): void {
  if (!HpoError.is(error)) {
    client.release(true);
    return;
  }
  void session.control('ROLLBACK').then(
    () => client.release(),
    (failure: Error) => client.release(failure),
  );
}
