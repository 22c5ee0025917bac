import { setTimeout as sleep } from 'node:timers/promises';
import { boundedText, LIMITS } from '../../base/bounded-text.ts';
import type { StudyOptions } from '../../study/definition/definition.ts';
import type { Emit, RunEvent } from '../../study/run-event.ts';

/** The events that may wait for a listener before senders that can wait do. */
const mostWaiting = 1000;

/** The time that a run waits at its end for what its listener still does. */
const patienceMs = 10_000;

/**
 * Passes the events of a run on, and shows them to the `onEvent` of its study, one after the other. The first error of
 * the listener costs a warning, and it is not called any more.
 */
export class StudyListener {
  readonly #emit: Emit;
  readonly #listener: StudyOptions<never, never, never>['onEvent'];
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  #isSilent: boolean;

  constructor(emit: Emit, listener: StudyOptions<never, never, never>['onEvent']) {
    this.#emit = emit;
    this.#listener = listener;
    this.#isSilent = listener === undefined;
  }

  readonly emit: Emit = (event) => {
    const shown = this.#emit(event);
    if (this.#isSilent) return shown;
    this.#waiting++;
    this.#last = this.#last.then(() => this.#show(event));
    return this.#waiting > mostWaiting ? Promise.all([shown, this.#last]).then(() => {}) : shown;
  };

  /** Waits until the listener has had all events, for ten seconds at most. */
  async finish(): Promise<void> {
    const end = new AbortController();
    const isLate = sleep(patienceMs, true, { signal: end.signal }).catch(() => false);
    const hasEnded = await Promise.race([this.#last.then(() => true), isLate.then(() => false)]);
    end.abort();
    if (hasEnded) return;
    this.#silence(`the study's onEvent has not ended after ${patienceMs / 1000} s; the run does not wait for it`);
  }

  async #show(event: RunEvent): Promise<void> {
    try {
      if (!this.#isSilent) await this.#listener?.(event);
    } catch (error) {
      const reason = error instanceof Error ? error.message : error;
      this.#silence(`the study's onEvent failed, and is not called any more: ${boundedText(reason, LIMITS.line)}`);
    } finally {
      this.#waiting--;
    }
  }

  #silence(message: string): void {
    if (this.#isSilent) return;
    this.#isSilent = true;
    void this.#emit({ type: 'warning', message });
  }
}
