import type { Clock } from '../base/clock.ts';
import { attemptOf } from '../storage/lease.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { deathsOf } from './take-back.ts';

const FIRST_MS = 5_000;
const LONGEST_MS = 60_000;

/**
 * The pause in milliseconds before a trial is run again: none after the first death of its process, which somebody may
 * have killed; then 5 s, and twice as long after each further one, up to a minute, so that a machine in trouble is left
 * in peace.
 */
export function pauseAfter(deaths: number): number {
  return deaths < 2 ? 0 : Math.min(FIRST_MS * 2 ** (deaths - 2), LONGEST_MS);
}

/** A trial that waits for the end of its pause. */
export interface PausedTrial {
  readonly trial: FrozenTrial;
  /** The number of times that its process has died. */
  readonly deaths: number;
  /** The length of the whole pause. */
  readonly pauseMs: number;
}

/** The pauses of the WAITING trials of a study, each from the moment on at which this process first saw it wait. */
export class RetryPauses {
  readonly #clock: Clock;
  readonly #since = new Map<string, number>();
  /** By the number of a trial the caller that waits for it. */
  readonly #waiters = new Map<number, unknown>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * The trials that are not to be started yet, in the order of their numbers.
   * @param onNew called for each that is seen for the first time.
   */
  paused(trials: Iterable<FrozenTrial>, onNew: (paused: PausedTrial) => void): readonly PausedTrial[] {
    const found: PausedTrial[] = [];
    for (const trial of trials) {
      const deaths = trial.state === 'WAITING' ? deathsOf(trial) : 0;
      const pauseMs = pauseAfter(deaths);
      if (pauseMs === 0) continue;
      const key = `${trial.id}, attempt ${attemptOf(trial)}`;
      const since = this.#since.get(key);
      if (since !== undefined && this.#clock.now() - since >= pauseMs) continue;
      const paused = { trial, deaths, pauseMs };
      found.push(paused);
      if (since !== undefined) continue;
      this.#since.set(key, this.#clock.now());
      onNew(paused);
    }
    return found.sort((a, b) => a.trial.number - b.trial.number);
  }

  /**
   * Whether a caller is to wait for one of these trials: the first that comes does for each, and the others go on with
   * further trials. A single caller thus runs the trials in their order, whatever dies.
   */
  isWaiter(asker: unknown, paused: readonly PausedTrial[]): boolean {
    const numbers = new Set(paused.map(({ trial }) => trial.number));
    for (const number of this.#waiters.keys()) if (!numbers.has(number)) this.#waiters.delete(number);
    if ([...this.#waiters.values()].includes(asker)) return true;
    for (const number of numbers) {
      if (this.#waiters.has(number)) continue;
      this.#waiters.set(number, asker);
      return true;
    }
    return false;
  }
}
