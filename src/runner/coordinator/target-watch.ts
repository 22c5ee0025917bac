import { type Clock, systemClock } from '../../base/clock.ts';
import type { Storage, StudyRecord } from '../../storage/storage.ts';
import type { Emit } from '../../study/run-event.ts';
import { changeTarget, storedTarget } from '../../study/study-target.ts';
import type { RunControl } from '../events/run-control.ts';

/** The least time in milliseconds between two looks at the stored target. */
const LOOK_MS = 2_000;

/** The parts that a {@link TargetWatch} works with. */
export interface TargetWatchParts {
  readonly storage: Storage;
  readonly record: StudyRecord;
  /** The target as the run knows it at first. */
  readonly target: number;
  readonly control: RunControl;
  readonly emit: Emit;
  /** The clock that spaces the looks. Default: this process's. */
  readonly clock?: Clock;
}

/**
 * Keeps the target of a run and the one that is stored with its study the same: a run follows a target that another
 * process has changed, and stores one that its own user changes.
 */
export class TargetWatch {
  readonly #parts: TargetWatchParts;
  readonly #clock: Clock;
  readonly #unsubscribe: () => void;
  /** The stored target, as far as it is known here. */
  #stored: number;
  #lookedAt: number;
  #looking: Promise<void> | undefined;
  #storing: Promise<void> = Promise.resolve();

  constructor(parts: TargetWatchParts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? systemClock;
    this.#stored = parts.target;
    this.#lookedAt = this.#clock.now();
    this.#unsubscribe = parts.control.onOrder((order) => {
      if (order.type !== 'target-changed' || order.target === this.#stored) return;
      this.#stored = order.target;
      this.#storing = this.#storing.then(() => this.#store(order.target));
    });
  }

  /** Looks at the stored target, unless the last look was less than two seconds ago. */
  async look(): Promise<void> {
    if (this.#clock.now() - this.#lookedAt >= LOOK_MS) await this.lookNow();
  }

  /** Looks at the stored target. */
  async lookNow(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    await this.#looking;
  }

  /** Ends the watch, once a target that the user has set is stored. */
  async close(): Promise<void> {
    this.#unsubscribe();
    await this.#storing;
  }

  async #look(): Promise<void> {
    const { storage, record, control } = this.#parts;
    await this.#storing;
    const found = await storage.findStudy(record.name);
    this.#lookedAt = this.#clock.now();
    // Its writes notice a study that was deleted, or has another name now.
    const stored = found !== undefined && found.token === record.token ? storedTarget(found) : undefined;
    if (stored === undefined || stored.trials === this.#stored) return;
    this.#stored = stored.trials;
    control.setTarget(stored.trials);
  }

  async #store(target: number): Promise<void> {
    const { storage, record, emit } = this.#parts;
    await changeTarget(storage, record, target).catch((error: Error) => {
      void emit({ type: 'warning', message: `the target of ${target} is not stored with the study: ${error.message}` });
    });
  }
}
