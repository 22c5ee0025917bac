import type { Emit } from '../../study/run-event.ts';
import type { Study } from '../../study/study.ts';

/** Announces that a run only waits for trials of other processes; once, until the run has work again. */
export class WaitingNotice {
  readonly #study: Study;
  readonly #emit: Emit;
  #isGiven = false;

  constructor(study: Study, emit: Emit) {
    this.#study = study;
    this.#emit = emit;
  }

  give(): void {
    const trials = this.#isGiven ? [] : this.#study.runningElsewhere;
    if (trials.length === 0) return; // they have just ended
    this.#isGiven = true;
    this.#emit({ type: 'waiting', trials });
  }

  /** Ends the notice, when a trial has started here. */
  withdraw(): void {
    this.#isGiven = false;
  }
}
