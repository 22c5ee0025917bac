import type { Clock } from '../base/clock.ts';
import type { Lease } from '../storage/lease.ts';
import type { Storage } from '../storage/storage.ts';
import { RENEWALS } from './holder.ts';

/** The parts that a {@link Heartbeat} works with. */
export interface HeartbeatParts {
  readonly storage: Storage;
  readonly clock: Clock;
  /** The grace time of the leases. */
  readonly graceMs: number;
  /** Called for each lease that turns out to be lost. */
  readonly onLost: (lease: Lease) => void;
}

/** Renews the leases of the trials that this process runs, for as long as there are any. */
export class Heartbeat {
  readonly #parts: HeartbeatParts;
  readonly #leases = new Set<Lease>();
  #stop: (() => void) | undefined;

  constructor(parts: HeartbeatParts) {
    this.#parts = parts;
  }

  add(lease: Lease): void {
    this.#leases.add(lease);
    const { clock, graceMs } = this.#parts;
    this.#stop ??= clock.every(graceMs / RENEWALS, () => void this.#beat());
  }

  remove(lease: Lease): void {
    this.#leases.delete(lease); // the next beat finds out if it was the last
  }

  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  async #beat(): Promise<void> {
    if (this.#leases.size === 0) return this.stop();
    const lost = await this.#parts.storage.renew([...this.#leases]).catch(() => []); // a storage that fails says so to others
    for (const lease of lost) {
      if (!this.#leases.has(lease)) continue; // finished or handed back while the storage was asked
      this.remove(lease);
      this.#parts.onLost(lease);
    }
  }
}
