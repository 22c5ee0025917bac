import { setTimeout as sleep } from 'node:timers/promises';

/** The passing of time, handed in wherever a decision depends on it, so that tests need not wait. */
export interface Clock {
  /**
   * Milliseconds since some moment, never running backwards: neither a change of the machine's time nor its sleep moves
   * them.
   */
  now(): number;
  /**
   * Runs `task` again and again, each time after `ms`, without keeping the process alive.
   * @returns a function that ends it.
   */
  every(ms: number, task: () => void): () => void;
  /** Resolves after `ms` milliseconds. */
  sleep(ms: number): Promise<void>;
}

/** The clock of this process. */
export const systemClock: Clock = {
  now: () => performance.now(),
  every(ms, task) {
    const timer = setInterval(task, ms).unref();
    return () => clearInterval(timer);
  },
  sleep: (ms) => sleep(ms),
};
