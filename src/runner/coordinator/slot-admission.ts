import type { Clock } from '../../base/clock.ts';
import { WAIT_MS } from '../../study/optimize.ts';

/** The options of {@link SlotAdmission}. */
export interface SlotAdmissionOptions {
  readonly clock: Clock;
  /** The number of finished trials, as stored now. */
  readonly finishedCount: () => Promise<number>;
  /** The number of finished trials that the study is to have in the end; it may change during the run. */
  readonly target: () => number;
}

/**
 * Lets the slots of a run begin as far as there are trials for them, so that a run in which one trial is missing starts
 * one worker. A slot that has to wait begins when the target rises or another slot gives up.
 */
export class SlotAdmission {
  readonly #options: SlotAdmissionOptions;
  #count = 0;
  #isEnded = false;
  /** Ends the pause of each slot that waits. */
  readonly #pauses = new Set<() => void>();

  constructor(options: SlotAdmissionOptions) {
    this.#options = options;
  }

  /** Waits until a further slot is needed. @returns false when the run is over, or there are enough trials, before. */
  async enter(isOver: () => boolean): Promise<boolean> {
    const { finishedCount, target } = this.#options;
    while (!isOver() && !this.#isEnded) {
      const finished = await finishedCount();
      if (finished >= target()) return false; // another process may have finished them
      if (finished + this.#count < target()) {
        this.#count++;
        return true;
      }
      await this.#pause();
    }
    return false;
  }

  /** Makes room for another slot: one that had begun gives up. */
  leave(): void {
    this.#count--;
    this.#endPauses();
  }

  /** Ends the waiting of all slots: one that had begun found nothing more to run. */
  end(): void {
    this.#isEnded = true;
    this.#endPauses();
  }

  /** Waits a while, by a timer that does not keep a process alive whose run is over. */
  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        stop();
        this.#pauses.delete(end);
        resolve();
      };
      const stop = this.#options.clock.every(WAIT_MS, end);
      this.#pauses.add(end);
    });
  }

  #endPauses(): void {
    for (const end of [...this.#pauses]) end();
  }
}
