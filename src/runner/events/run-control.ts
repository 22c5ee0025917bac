import { StopSwitch } from './stop-switch.ts';

/** An order that a person who watches a run may give, besides stopping. */
export type RunOrder =
  | { readonly type: 'paused'; readonly paused: boolean }
  | { readonly type: 'target-changed'; readonly target: number }
  | { readonly type: 'prune-asked'; readonly trial: number };

/** By which a run is stopped, paused, made longer or shorter, and relieved of a trial. */
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

  /** How many finished trials the study is to have, where that was changed since the start. */
  get target(): number | undefined {
    return this.#target;
  }

  pause(paused: boolean): void {
    if (paused === this.#paused) return;
    this.#paused = paused;
    this.#tell({ type: 'paused', paused });
  }

  /** Changes the number of finished trials wanted; running trials finish all the same. At least 1. */
  setTarget(target: number): void {
    this.#target = target;
    this.#tell({ type: 'target-changed', target });
  }

  /** A trial is told to prune itself the next time it asks, whatever the pruner says. */
  prune(trial: number): void {
    if (this.#toPrune.has(trial)) return;
    this.#toPrune.add(trial);
    this.#tell({ type: 'prune-asked', trial });
  }

  /** Whether a trial is to be pruned by order. */
  isToPrune(trial: number): boolean {
    return this.#toPrune.has(trial);
  }

  /** Writes the best configuration so far to the study's folder; nothing before the run has begun. */
  async writeBest(): Promise<void> {
    await this.#writeBest?.();
  }

  /** Says how {@link writeBest} is done. */
  onWriteBest(write: () => Promise<void>): void {
    this.#writeBest = write;
  }

  /** Calls `listener` for every order from now on. @returns a function that ends that. */
  onOrder(listener: (order: RunOrder) => void): () => void {
    this.#onOrder.add(listener);
    return () => this.#onOrder.delete(listener);
  }

  #tell(order: RunOrder): void {
    for (const listener of this.#onOrder) listener(order);
  }
}
