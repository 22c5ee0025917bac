import type { BackendMemory } from '../../base/backend-health.ts';
import type { Leak } from '../wire/protocol.ts';

/**
 * The number of trials that must leave tensors behind to be a leak. Tensors that a study loads once and keeps exist
 * after the first trial, and those that it keeps for each of a few choices (such as batch sizes) after some.
 */
const LEAST_TRIALS = 5;

/** The share of all tensors for which fewer trials are enough, once memory has run out. */
const LEAST_SHARE_WHEN_FULL = 0.25;

/** Watches the tensors that exist after each trial of a process. */
export class LeakWatch {
  #last: BackendMemory = { tensors: 0, bytes: 0 };
  #trials = 0;
  #left: BackendMemory = { tensors: 0, bytes: 0 };
  #isFirst = true;

  /**
   * Takes the tensors that exist after a trial. Fewer than before restart the count: tensors that are disposed of late,
   * such as a cache that is emptied at times, are not a leak.
   *
   * @returns the leak, once it is certain; the process's first trial does not count.
   */
  add(now: BackendMemory): Leak | undefined {
    const tensors = now.tensors - this.#last.tensors;
    const bytes = now.bytes - this.#last.bytes;
    this.#last = now;
    if (this.#isFirst) this.#isFirst = false;
    else if (tensors < 0) this.#begin();
    else if (tensors > 0) {
      this.#trials++;
      this.#left = { tensors: this.#left.tensors + tensors, bytes: this.#left.bytes + bytes };
    }
    return this.#trials >= LEAST_TRIALS ? this.#leak : undefined;
  }

  /**
   * The leak that explains why memory has run out in the trial after the last added one; undefined where there is none.
   */
  get whenFull(): Leak | undefined {
    const isLarge = this.#left.bytes > 0 && this.#left.bytes >= LEAST_SHARE_WHEN_FULL * this.#last.bytes;
    return isLarge ? this.#leak : undefined;
  }

  get #leak(): Leak {
    return { trials: this.#trials, left: this.#left };
  }

  #begin(): void {
    this.#trials = 0;
    this.#left = { tensors: 0, bytes: 0 };
  }
}
