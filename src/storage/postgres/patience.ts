import { setTimeout as sleep } from 'node:timers/promises';
import { type Access, WaitLimit } from '../wait-limit.ts';
import type { Waiting } from '../waiting.ts';
import { hasStoodStill, isDiskFailure, isReadOnly, passing, reasonOf } from './postgres-error.ts';

const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 500;

/**
 * Tries actions again while the database cannot be used for now: at once where other processes got in the way, with
 * growing pauses where the server is away. A server that has never answered is not waited for.
 */
export class Patience {
  readonly #limit: WaitLimit;
  readonly #waitsForDisk: boolean;
  /** The ways in which the database could be used so far. */
  readonly #known = new Set<Access>();

  /** @param label the name of the database in notices. */
  constructor(label: string, waiting: Waiting = {}) {
    this.#limit = new WaitLimit(label, waiting);
    this.#waitsForDisk = waiting.forDisk === true;
  }

  /** Runs an action again and again where it fails for a reason that may pass, until it succeeds or it is too late. */
  async run<T>(access: Access, action: () => Promise<T>): Promise<T> {
    // An action that has waited for its turn before it failed has not waited for the server.
    let waited: RunningTime | undefined;
    try {
      for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
        try {
          const result = await action();
          this.#known.add(access);
          this.#limit.used(access);
          return result;
        } catch (error) {
          if (!this.#mayPass(error)) throw error;
          this.#limit.failed(access);
          waited ??= new RunningTime();
          if (hasStoodStill(error)) waited.restart();
          if (this.#limit.isLate(performance.now() - waited.ms, reasonOf(error))) throw error;
          await sleep(pauseMs * (0.5 + Math.random())); // else processes that got in each other's way would do so again
        }
      }
    } finally {
      waited?.end();
    }
  }

  #mayPass(error: unknown): boolean {
    if (isDiskFailure(error)) return this.#waitsForDisk && this.#known.size > 0;
    if (hasStoodStill(error)) return true;
    const passes = passing(error);
    // A server that only reads may become the primary one, but is waited for only if it was that before.
    return (
      passes === 'soon' || (passes === 'later' && (isReadOnly(error) ? this.#known.has('write') : this.#known.size > 0))
    );
  }
}

/** The longest time between two looks at the clock of a process that has a processor, in milliseconds. */
const LONGEST_LAG_MS = 1_000;

/** The time for which a process waits, without that in which it has no processor and could not hear an answer. */
class RunningTime {
  #ms = 0;
  #at = performance.now();
  readonly #timer = setInterval(() => this.ms, LONGEST_LAG_MS / 4).unref();

  /** The time until now in milliseconds. */
  get ms(): number {
    const now = performance.now();
    this.#ms += Math.min(now - this.#at, LONGEST_LAG_MS);
    this.#at = now;
    return this.#ms;
  }

  restart(): void {
    this.#ms = 0;
    this.#at = performance.now();
  }

  end(): void {
    clearInterval(this.#timer);
  }
}
