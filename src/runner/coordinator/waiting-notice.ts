import type { Study } from '../../study/study.ts';
import type { Emit } from '../events/run-event.ts';

/** Tells once that a run has nothing to do but to wait for trials of other processes, until it has something again. */
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

  /** A trial has started here. */
  withdraw(): void {
    this.#isGiven = false;
  }
}
