import type { Counts, RunEvent } from '../study/run-event.ts';

/** The progress of a run, computed from its events alone. */
export class RunProgress {
  #target = 0;
  #workers = 1;
  #counts: Counts = { complete: 0, pruned: 0, failed: 0 };
  #elapsedMs = 0;
  #timed = 0;

  take(event: RunEvent): void {
    if (event.type === 'run-started') {
      this.#target = event.target;
      this.#workers = event.workers;
      this.#counts = event.counts;
    } else if (event.type === 'target-changed') {
      this.#target = event.target;
    } else if (event.type === 'trial-finished') {
      this.#counts = event.counts;
      this.#elapsedMs += event.elapsedMs;
      this.#timed++;
    }
  }

  get target(): number {
    return this.#target;
  }

  /** The number of trials that the study has finished, those of earlier runs included. */
  get finished(): number {
    return this.#counts.complete + this.#counts.pruned + this.#counts.failed;
  }

  /**
   * The time that the missing trials will take, by the mean of this run's trials so far, however they ended. Undefined
   * before the first has finished, 0 when none is missing.
   */
  get remainingMs(): number | undefined {
    const missing = Math.max(0, this.#target - this.finished);
    if (missing === 0) return 0;
    if (this.#timed === 0) return undefined;
    return (missing * (this.#elapsedMs / this.#timed)) / Math.min(this.#workers, missing);
  }
}
