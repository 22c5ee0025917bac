import type { RunOrder } from '../../study/run-event.ts';
import { StopSwitch } from './stop-switch.ts';

/** The controls of a run: stop, pause, a new number of trials, and the end of one trial. */
export class RunControl {
  readonly stop: StopSwitch;
  readonly #onOrder = new Set<(order: RunOrder) => void>();
  readonly #toPrune = new Set<number>();
  #paused = false;
  #target: number | undefined;
  #writeBest: (() => Promise<void>) | undefined;

  constructor(stop: StopSwitch = new StopSwitch()) {
    this.stop = stop;
  }

  /** Whether no trial is to start for now. */
  get paused(): boolean {
    return this.#paused;
  }

  /** The number of finished trials wanted, where it was changed since the start; undefined otherwise. */
  get target(): number | undefined {
    return this.#target;
  }

  pause(paused: boolean): void {
    if (paused === this.#paused) return;
    this.#paused = paused;
    this.#announce({ type: 'paused', paused });
  }

  /** Changes the number of finished trials wanted, at least 1. Running trials finish all the same. */
  setTarget(target: number): void {
    this.#target = target;
    this.#announce({ type: 'target-changed', target });
  }

  /** Orders a trial to be pruned the next time that it asks, whatever the pruner says. */
  prune(trial: number): void {
    if (this.#toPrune.has(trial)) return;
    this.#toPrune.add(trial);
    this.#announce({ type: 'prune-asked', trial });
  }

  /** Whether a trial is to be pruned by order. */
  isToPrune(trial: number): boolean {
    return this.#toPrune.has(trial);
  }

  /** Writes the best configuration so far to the study's folder. Does nothing before the run has begun. */
  async writeBest(): Promise<void> {
    await this.#writeBest?.();
  }

  /** Sets the function that {@link writeBest} calls. */
  onWriteBest(write: () => Promise<void>): void {
    this.#writeBest = write;
  }

  /** Calls `listener` for every order from now on. @returns a function that ends that. */
  onOrder(listener: (order: RunOrder) => void): () => void {
    this.#onOrder.add(listener);
    return () => this.#onOrder.delete(listener);
  }

  #announce(order: RunOrder): void {
    for (const listener of this.#onOrder) listener(order);
  }
}
