import type { Database } from 'better-sqlite3';
import { HpoError } from '../../base/errors.ts';
import type { FileWatch } from './file-watch.ts';
import type { Patience } from './patience.ts';
import { storageError } from './sqlite-error.ts';

/** The parts that {@link Transactions} works with. */
export interface TransactionsParts {
  readonly db: Database;
  /** The name of the storage in messages. */
  readonly label: string;
  readonly patience: Patience;
  /** Undefined where the database has no path by which other processes find it. */
  readonly watch: FileWatch | undefined;
}

/**
 * Runs transactions as soon as the database can be used: mostly at once, and then they return their results and no
 * promises of them, which many a trial waits for. They fail with HpoError HPO_STORAGE or HPO_DISK where the database
 * cannot be used, and with HPO_STORAGE once its file is lost or it has been closed.
 */
export class Transactions {
  readonly #parts: TransactionsParts;
  readonly #transaction: ReturnType<Database['transaction']>;

  constructor(parts: TransactionsParts) {
    this.#parts = parts;
    this.#transaction = parts.db.transaction((action: () => unknown) => action());
  }

  /** Reads one state of the database, whatever other connections write meanwhile. */
  read<T>(action: () => T): T | Promise<T> {
    return this.run('read', () => this.deferred(action));
  }

  /**
   * Writes under SQLite's write lock, which is taken at the beginning.
   */
  write<T>(action: () => T): T | Promise<T> {
    return this.writeThen(action, (result) => result);
  }

  /**
   * Writes as {@link write} does.
   * @param committed called with the result in the same synchronous step as the commit; returns the result then.
   */
  writeThen<T, R>(action: () => T, committed: (result: T) => R): R | Promise<R> {
    return this.run('write', () => {
      this.#parts.watch?.require();
      return committed(this.immediate(action));
    });
  }

  /**
   * Does a write that has transactions of its own. Where the file is lost, the write is done all the same, and then
   * refused.
   */
  keeping<T>(write: () => T): T | Promise<T> {
    const { watch } = this.#parts;
    return this.run('write', () => (watch === undefined ? write() : watch.around(write)));
  }

  /** Runs an action that does its work at once. */
  run<T>(how: 'read' | 'write', action: () => T): T | Promise<T> {
    try {
      const result = this.#parts.patience[how](action);
      return result instanceof Promise ? result.catch((error) => this.#fail(error)) : result;
    } catch (error) {
      return this.#fail(error);
    }
  }

  /** Runs a transaction that has the write lock from its beginning; to be used within {@link run}. */
  immediate<T>(action: () => T): T {
    return this.#transaction.immediate(action) as T;
  }

  /** Runs a transaction that only reads; to be used within {@link run}. */
  deferred<T>(action: () => T): T {
    return this.#transaction.deferred(action) as T;
  }

  #fail(error: unknown): never {
    const { db, label } = this.#parts;
    if (!db.open && !HpoError.is(error)) throw new HpoError('HPO_STORAGE', `${label} has been closed.`);
    throw storageError(label, error);
  }
}
