import type { Clock } from '../base/clock.ts';
import type { JsonValue } from '../base/json.ts';
import { parseIdentity, type Vitality, vitality } from '../machine/process-identity.ts';
import type { HeldLease } from '../storage/lease.ts';
import { isRetired } from './holder.ts';

/** The parts of a lease that show whether its holder lives. */
export type WatchedLease = Pick<HeldLease, 'holder' | 'counter' | 'graceMs' | 'process'>;

/** The time for which the system's answer about a process is used again. */
const ANSWER_MS = 250;

/** A counter, the time at which it first had its value, and whether it had another one before. */
interface Sighting {
  readonly counter: number;
  readonly at: number;
  readonly hasMoved: boolean;
}

/** A holder's signs of life, as one look at its lease shows them. */
export interface LifeSign {
  /** The system's answer about its process. Holders that ended in this process are dead. */
  readonly vitality: Vitality;
  /** The time in milliseconds for which its counter has stood still, since it was first looked at. */
  readonly silentMs: number;
  /** Whether its counter has moved since it was first looked at. */
  readonly hasMoved: boolean;
}

/**
 * Judges whether the holders of leases live. Those that ended in this process are known, and a process of this machine
 * that is gone is known from the system. Others, and suspended processes, are judged by the lease's counter: a holder
 * that has not moved it for the grace time of the lease, as this process measures it, is taken for dead. No wall clock
 * matters, neither a machine's nor a database's. The time in which the storage was away does not count, since nobody
 * could renew a lease then.
 */
export class Liveness {
  readonly #clock: Clock;
  readonly #ask: typeof vitalityOf;
  readonly #sightings = new Map<string, Sighting>();
  /** The system's answers, which are used for a moment, since asking may start a program. */
  readonly #vitalities = new Map<JsonValue, { readonly vitality: Vitality; readonly at: number }>();

  /** Whether the storage was away since the last look. */
  #wasAway = false;

  /** @param ask asks the system about a lease's process. */
  constructor(clock: Clock, ask = vitalityOf) {
    this.#clock = clock;
    this.#ask = ask;
  }

  /**
   * Uses the storage. Where that fails, or takes more than half of the grace time, the storage was away: from the next
   * look on, all holders are watched anew.
   */
  async listening<T>(graceMs: number, use: () => Promise<T>): Promise<T> {
    const startedAt = this.#clock.now();
    let isThere = false;
    try {
      const result = await use();
      isThere = this.#clock.now() - startedAt <= graceMs / 2;
      return result;
    } finally {
      if (!isThere) this.#wasAway = true;
    }
  }

  /**
   * Looks at a lease.
   * @param key names the leased thing, so that its counters are compared only with each other.
   */
  look(key: string, { holder, counter, process }: WatchedLease): LifeSign {
    const vitality = isRetired(holder) ? 'dead' : this.#vitality(process);
    const name = `${key}/${holder}`;
    const now = this.#clock.now();
    if (this.#wasAway) for (const [each, seen] of this.#sightings) this.#sightings.set(each, { ...seen, at: now });
    this.#wasAway = false;
    const seen = this.#sightings.get(name);
    if (seen?.counter === counter) return { vitality, silentMs: now - seen.at, hasMoved: seen.hasMoved };
    const hasMoved = seen !== undefined;
    this.#sightings.set(name, { counter, at: now, hasMoved });
    return { vitality, silentMs: 0, hasMoved };
  }

  /** Forgets a lease that has ended. */
  forget(key: string, holder: string): void {
    this.#sightings.delete(`${key}/${holder}`);
  }

  /**
   * Looks at a lease, unless the system knows its process.
   * @returns whether the holder is taken for dead; false for one that was not watched for long enough yet.
   */
  isDead(key: string, lease: WatchedLease): boolean {
    if (isRetired(lease.holder)) return true;
    const known = this.#vitality(lease.process);
    if (known === 'alive' || known === 'dead') return known === 'dead';
    return this.look(key, lease).silentMs >= lease.graceMs;
  }

  #vitality(process: JsonValue): Vitality {
    const known = this.#vitalities.get(process);
    if (known !== undefined && this.#clock.now() - known.at < ANSWER_MS) return known.vitality;
    const vitality = this.#ask(process);
    this.#vitalities.set(process, { vitality, at: this.#clock.now() });
    return vitality;
  }
}

/** The vitality of a lease's process, as far as the system of this machine knows it. */
export function vitalityOf(process: WatchedLease['process']): Vitality {
  const identity = parseIdentity(process);
  return identity === undefined ? 'unknown' : vitality(identity);
}
