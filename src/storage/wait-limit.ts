import type { Waiting } from './waiting.ts';

const DEFAULT_LIMIT_MS = 30_000;
/** The longest wait of calls in a hurry: those after others have given up, or after the signal was aborted. */
const HURRIED_MS = 1_000;
/** The time for which a call that has given up makes the others hurry. */
const STALE_MS = 10_000;
/** The length from which on a wait is announced. */
const NOTICEABLE_MS = 1_000;

/** The way in which a call uses a database. */
export type Access = 'read' | 'write';

/**
 * Decides how long calls wait for a database that cannot be used for now, and announces the waits that are noticeable.
 */
export class WaitLimit {
  readonly #label: string;
  readonly #waiting: Waiting;
  readonly #limitMs: number;
  /** The time of `performance.now()` at which the database failed first since it was last used. */
  #since: number | undefined;
  /**
   * Whether a write has failed since then. Reads do not end that, since they may go through where writes do not: beside
   * another program's lock.
   */
  #refusesWrites = false;
  /** The time at which a call last gave up on this failure. */
  #gaveUpAt = Number.NEGATIVE_INFINITY;
  #abortedAt = Number.POSITIVE_INFINITY;
  #isAnnounced = false;

  /** @param label the name of the database in notices. */
  constructor(label: string, waiting: Waiting = {}) {
    this.#label = label;
    this.#waiting = waiting;
    this.#limitMs = waiting.limitMs ?? DEFAULT_LIMIT_MS;
  }

  /** Notes a failure that may pass. */
  failed(access: Access): void {
    if (access === 'write') this.#refusesWrites = true;
  }

  /**
   * Whether it is too late to wait any longer.
   * @param startedAt the time of `performance.now()` at which the call began.
   * @param reason the failure in words that follow the database's name: `, which another program has locked`.
   */
  isLate(startedAt: number, reason: string): boolean {
    const now = performance.now();
    this.#since ??= now;
    if (this.#waiting.signal?.aborted) this.#abortedAt = Math.min(this.#abortedAt, now);
    const hurriedMs = Math.min(HURRIED_MS, this.#limitMs);
    const hasJustFailed = startedAt - this.#gaveUpAt < STALE_MS;
    const endsAt = Math.min(startedAt + (hasJustFailed ? hurriedMs : this.#limitMs), this.#abortedAt + hurriedMs);
    if (now >= endsAt) {
      this.#gaveUpAt = now;
      return true;
    }
    if (!this.#isAnnounced && now - this.#since >= NOTICEABLE_MS) {
      this.#isAnnounced = true;
      this.#waiting.onNotice?.(`waiting for ${this.#label}${reason} (${this.#limitMs / 1000} s at most)`);
    }
    return false;
  }

  /** Notes that the database could be used. */
  used(access: Access): void {
    if (this.#since === undefined || (this.#refusesWrites && access === 'read')) return;
    if (this.#isAnnounced) {
      const seconds = Math.round((performance.now() - this.#since) / 1000);
      this.#waiting.onNotice?.(`${this.#label} can be used again, after ${seconds} s`);
    }
    this.#since = undefined;
    this.#refusesWrites = false;
    this.#gaveUpAt = Number.NEGATIVE_INFINITY;
    this.#isAnnounced = false;
  }
}
