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
 * Runs transactions as soon as the database can be used. Their promises are rejected with HpoError HPO_STORAGE or
 * HPO_DISK where it cannot be used, and with HPO_STORAGE once its file is lost.
 */
export class Transactions {
  readonly #parts: TransactionsParts;
  readonly #transaction: ReturnType<Database['transaction']>;

  constructor(parts: TransactionsParts) {
    this.#parts = parts;
    this.#transaction = parts.db.transaction((action: () => unknown) => action());
  }

  /** Reads one state of the database, whatever other connections write meanwhile. */
  read<T>(action: () => T): Promise<T> {
    return this.run('read', () => this.deferred(action));
  }

  /**
   * Writes under SQLite's write lock, which is taken at the beginning.
   * @param committed called with the result in the same synchronous step as the commit.
   */
  write<T>(action: () => T, committed?: (result: T) => void): Promise<T> {
    return this.run('write', () => {
      this.#parts.watch?.require();
      const result = this.immediate(action);
      committed?.(result);
      return result;
    });
  }

  /**
   * Does a write that has transactions of its own. Where the file is lost, the write is done all the same, and then
   * refused.
   */
  keeping<T>(write: () => T): Promise<T> {
    const { watch } = this.#parts;
    return this.run('write', () => (watch === undefined ? write() : watch.around(write)));
  }

  /** Runs an action that does its work at once. */
  async run<T>(how: 'read' | 'write', action: () => T): Promise<T> {
    const { db, label, patience } = this.#parts;
    try {
      return await patience[how](() => {
        if (!db.open) throw new HpoError('HPO_STORAGE', `${label} has been closed.`);
        return action();
      });
    } catch (error) {
      throw storageError(label, error);
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
}
