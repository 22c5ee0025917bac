import type { Emit } from '../../study/run-event.ts';
import type { Leak } from '../wire/protocol.ts';

/** Warns of trials that leave tensors in memory, once in a run. */
export class LeakWarning {
  readonly #emit: Emit;
  #isGiven = false;

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  /** Takes the leak that a worker has found; undefined where it has found none. */
  take(leak: Leak | undefined): void {
    if (leak === undefined || this.#isGiven) return;
    this.#isGiven = true;
    const { trials, left } = leak;
    const who = trials === 1 ? 'a trial' : `${trials} trials of one worker`;
    const message =
      `Tensors stay in memory: ${who} left ${left.tensors} behind (${(left.bytes / 1e6).toFixed(1)} MB). ` +
      'Compute inside tf.tidy(), and dispose() of models, optimizers and data when a trial ends, also when it is pruned.';
    this.#emit({ type: 'warning', message });
  }
}
