import type { Clock } from '../base/clock.ts';
import type { JsonValue } from '../base/json.ts';
import { parseIdentity, type Vitality, vitality } from '../machine/process-identity.ts';
import type { HeldLease } from '../storage/lease.ts';

/** The parts of a lease that show whether its holder lives. */
export type WatchedLease = Pick<HeldLease, 'holder' | 'counter' | 'graceMs' | 'process'>;

/** An answer of the system about a process serves for so long. */
const ANSWER_MS = 250;

/** A counter as it was when it was first seen so. */
interface Sighting {
  readonly counter: number;
  readonly at: number;
}

/**
 * Judges whether the holders of leases live. On this machine the system knows of a process that is gone. Of others, and of
 * processes that are suspended, the lease's counter tells: a holder that has not moved it for the grace time of the
 * lease, as this process measures it, is taken for dead. No wall clock matters, neither a machine's nor a database's.
 */
export class Liveness {
  readonly #clock: Clock;
  readonly #sightings = new Map<string, Sighting>();
  /** Asking the system may start a program, so its answers serve for a moment. */
  readonly #vitalities = new Map<JsonValue, { readonly vitality: Vitality; readonly at: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Looks at a lease.
   * @param key names what is leased, so that its counters are compared with each other alone.
   * @returns whether the holder is taken for dead; false for one that was not watched for long enough yet.
   */
  isDead(key: string, { holder, counter, graceMs, process }: WatchedLease): boolean {
    const known = this.#vitality(process);
    if (known === 'alive' || known === 'dead') return known === 'dead';
    const name = `${key}/${holder}`;
    const seen = this.#sightings.get(name);
    if (seen?.counter === counter) return this.#clock.now() - seen.at >= graceMs;
    this.#sightings.set(name, { counter, at: this.#clock.now() });
    return false;
  }

  #vitality(process: JsonValue): Vitality {
    const known = this.#vitalities.get(process);
    if (known !== undefined && this.#clock.now() - known.at < ANSWER_MS) return known.vitality;
    const vitality = vitalityOf(process);
    this.#vitalities.set(process, { vitality, at: this.#clock.now() });
    return vitality;
  }
}

/** The vitality of a lease's process, as far as the system of this machine knows it. */
export function vitalityOf(process: WatchedLease['process']): Vitality {
  const identity = parseIdentity(process);
  return identity === undefined ? 'unknown' : vitality(identity);
}
