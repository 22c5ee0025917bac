import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { Mutex } from '../../base/mutex.ts';
import { type Access, WaitLimit } from '../wait-limit.ts';
import type { Waiting } from '../waiting.ts';

/** The time that SQLite itself may wait for a lock, in which this process does nothing else. */
export const BLOCKING_MS = 50;

const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 250;

const REASONS: readonly (readonly [code: RegExp, says: string])[] = [
  [/^SQLITE_(BUSY|LOCKED)/, ', which another program has locked'],
  [/^SQLITE_FULL/, ': its disk is full; free some space'],
  [/^SQLITE_IOERR/, ': its disk reports an error'],
  [/^SQLITE_READONLY/, ', which cannot be written to; check the permissions of the file and of its folder'],
  [/^SQLITE_CANTOPEN/, ', which cannot be opened; check the permissions of the file and of its folder'],
];
const LOCKED = /^SQLITE_(BUSY|LOCKED)/;
const OF_THE_DISK = /^SQLITE_(FULL|IOERR|READONLY(?!_DBMOVED)|CANTOPEN)/;

/**
 * Waits for a database that cannot be used for now: tries again and again, with pauses in which this process does
 * everything else. Waiting writes are done in the order in which they came.
 */
export class Patience {
  readonly #limit: WaitLimit;
  readonly #waitsForDisk: boolean;
  readonly #writes = new Mutex();
  #waitingWrites = 0;
  #hasWritten = false;

  /** @param label the name of the database in notices. */
  constructor(label: string, waiting: Waiting = {}) {
    this.#limit = new WaitLimit(label, waiting);
    this.#waitsForDisk = waiting.forDisk === true;
  }

  /**
   * Runs an action that does its work at once, and runs it again where it throws an error that may pass, until it
   * succeeds or it is too late.
   * @returns the result; a promise of it where the database cannot be used for now.
   */
  read<T>(action: () => T): T | Promise<T> {
    try {
      return this.#done('read', action());
    } catch (error) {
      if (!this.#mayPass(error)) throw error;
      return this.#persist('read', action, error);
    }
  }

  /** Runs an action as {@link read} does, after the writes that are waiting already. */
  write<T>(action: () => T): T | Promise<T> {
    if (this.#waitingWrites === 0) {
      try {
        const result = this.#done('write', action());
        this.#hasWritten = true;
        return result;
      } catch (error) {
        if (!this.#mayPass(error)) throw error;
        return this.#inTurn(() => this.#persist('write', action, error));
      }
    }
    return this.#inTurn(() => this.#persist('write', action));
  }

  async #inTurn<T>(task: () => Promise<T>): Promise<T> {
    this.#waitingWrites++;
    try {
      return await this.#writes.run(task);
    } finally {
      this.#waitingWrites--;
    }
  }

  async #persist<T>(access: Access, action: () => T, failed?: unknown): Promise<T> {
    const startedAt = performance.now();
    let [error, pauseMs] = [failed, FIRST_PAUSE_MS];
    for (;;) {
      if (error !== undefined) {
        this.#limit.failed(access);
        if (this.#limit.isLate(startedAt, reasonOf(error))) throw error;
        await sleep(pauseMs);
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      }
      try {
        return this.#done(access, action());
      } catch (next) {
        if (!this.#mayPass(next)) throw next;
        error = next;
      }
    }
  }

  #mayPass(error: unknown): boolean {
    if (!(error instanceof Sqlite.SqliteError)) return false;
    if (LOCKED.test(error.code)) return true;
    // A disk that has never taken a write is not likely to be mended soon.
    return this.#waitsForDisk && this.#hasWritten && OF_THE_DISK.test(error.code);
  }

  /** Notes that the database could be used. @returns the result. */
  #done<T>(access: Access, result: T): T {
    this.#limit.used(access);
    return result;
  }
}

function reasonOf(error: unknown): string {
  const { code } = error as { readonly code: string };
  return REASONS.find(([pattern]) => pattern.test(code))?.[1] ?? '';
}
