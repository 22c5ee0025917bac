/**
 * The switch that stops a run: first gently (*drain*: running trials finish, no further one starts), then at once
 * (*abort*: running trials are handed back as WAITING).
 */
export class StopSwitch {
  readonly #onAbort = new Set<() => void>();
  readonly #onDrain = new Set<() => void>();
  #state: 'go' | 'drain' | 'abort' = 'go';

  /** Whether no further trial is to start. */
  get draining(): boolean {
    return this.#state !== 'go';
  }

  /** Whether running trials are to be given up. */
  get aborted(): boolean {
    return this.#state === 'abort';
  }

  drain(): void {
    if (this.#state !== 'go') return;
    this.#state = 'drain';
    for (const listener of this.#onDrain) listener();
  }

  abort(): void {
    if (this.#state === 'abort') return;
    this.drain();
    this.#state = 'abort';
    for (const listener of this.#onAbort) listener();
  }

  /** Calls `listener` when the switch is set to drain; at once if it is already. */
  onDrain(listener: () => void): void {
    if (this.draining) listener();
    else this.#onDrain.add(listener);
  }

  /** Calls `listener` when the switch is set to abort; at once if it is already. */
  onAbort(listener: () => void): void {
    if (this.aborted) listener();
    else this.#onAbort.add(listener);
  }

  offDrain(listener: () => void): void {
    this.#onDrain.delete(listener);
  }

  offAbort(listener: () => void): void {
    this.#onAbort.delete(listener);
  }
}
