import type { Clock } from '../base/clock.ts';
import type { Lease } from '../storage/lease.ts';
import type { Storage } from '../storage/storage.ts';
import { RENEWALS } from './holder.ts';
import type { Liveness } from './liveness.ts';

/** Renews the leases of the trials that this process runs, for as long as there are any. */
export class Heartbeat {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #graceMs: number;
  readonly #liveness: Liveness;
  readonly #onLost = new Map<Lease, () => void>();
  #stop: (() => void) | undefined;
  #isBeating = false;

  /**
   * @param graceMs the grace time of the leases.
   * @param liveness judges the leases of others, which cannot be renewed either while ours cannot.
   */
  constructor(storage: Storage, clock: Clock, graceMs: number, liveness: Liveness) {
    this.#liveness = liveness;
    this.#storage = storage;
    this.#clock = clock;
    this.#graceMs = graceMs;
  }

  /** Renews a lease from now on. @param onLost called once if the lease turns out to be lost. */
  add(lease: Lease, onLost: () => void): void {
    this.#onLost.set(lease, onLost);
    this.#stop ??= this.#clock.every(this.#graceMs / RENEWALS, () => void this.#beat());
  }

  remove(lease: Lease): void {
    this.#onLost.delete(lease); // the next beat notices if it was the last
  }

  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  async #beat(): Promise<void> {
    if (this.#onLost.size === 0) return this.stop();
    if (this.#isBeating) return; // the last beat waits for the storage
    this.#isBeating = true;
    // A storage that fails shows it to its readers and writers.
    const renew = () => this.#storage.renew([...this.#onLost.keys()]);
    const lost = await this.#liveness.listening(this.#graceMs, renew).catch(() => []);
    this.#isBeating = false;
    for (const lease of lost) this.#onLost.get(lease)?.(); // undefined if it has finished meanwhile
  }
}
