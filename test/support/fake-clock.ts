import type { Clock } from '../../src/base/clock.ts';

interface Timer {
  readonly ms: number;
  readonly task: () => void;
  next: number;
}

/** A clock that stands still until it is advanced. */
export class FakeClock implements Clock {
  readonly #timers = new Set<Timer>();
  #now = 0;

  now(): number {
    return this.#now;
  }

  every(ms: number, task: () => void): () => void {
    const timer = { ms, task, next: this.#now + ms };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.every(ms, () => {
        stop();
        resolve();
      });
    });
  }

  /** The number of timers. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Advances the clock, runs the timers that fall due on the way, and waits for them. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter(({ next }) => next <= end).sort((a, b) => a.next - b.next)[0];
      if (due === undefined) break;
      this.#now = due.next;
      due.next += due.ms;
      due.task();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#now = end;
  }
}
