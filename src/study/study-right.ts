import type { Clock } from '../base/clock.ts';
import type { JsonValue } from '../base/json.ts';
import { Mutex } from '../base/mutex.ts';
import type { Holder } from '../storage/lease.ts';
import type { Storage, StudyRecord } from '../storage/storage.ts';
import { RENEWALS } from './holder.ts';
import { type Liveness, vitalityOf, type WatchedLease } from './liveness.ts';

/** The parts that a {@link StudyRight} works with. */
export interface StudyRightParts {
  readonly storage: Storage;
  readonly record: StudyRecord;
  readonly holder: Holder;
  readonly clock: Clock;
  readonly liveness: Liveness;
}

/** How a right is waited for. */
export interface TakeOptions {
  /** Called once when a holder has to be watched. */
  readonly onWait?: (holder: WatchedLease) => void;
  /** Whether to wait no longer. */
  readonly isOver?: () => boolean;
}

/** How often a lease is looked at that is watched. */
const WAIT_MS = 500;

/**
 * A right in a study that one coordinator has at a time, such as that to conclude it. It stands in a system attribute of
 * the study, is taken by compare-and-set, and renewed like the lease of a trial; a dead holder's may be taken over.
 */
export class StudyRight {
  readonly #key: string;
  readonly #parts: StudyRightParts;
  /** The right as we have stored it; undefined while it is not ours. */
  #own: JsonValue | undefined;
  #stop: (() => void) | undefined;
  readonly #writing = new Mutex();

  constructor(key: string, parts: StudyRightParts) {
    this.#key = key;
    this.#parts = parts;
  }

  /**
   * Takes the right, unless somebody has it who lives. Of a holder on another machine that is to be seen by its lease,
   * which is watched until it is renewed, given up, or has not been renewed for its grace time.
   *
   * @returns undefined if the right is ours now, else the lease of its holder.
   */
  async take({ onWait, isOver = () => false }: TakeOptions = {}): Promise<WatchedLease | undefined> {
    const { holder, clock, liveness } = this.#parts;
    const wanted = { holder: holder.id, counter: 0, graceMs: holder.graceMs, process: holder.process };
    let standing: JsonValue | undefined;
    let first: WatchedLease | undefined;
    for (;;) {
      const answer = await this.#set(wanted, standing);
      const lease = watchedLease(answer);
      if (lease?.holder === holder.id) break;
      if (lease === undefined || liveness.isDead(this.#key, lease)) {
        standing = answer; // nothing that is a right, or a dead holder's
        continue;
      }
      const isRenewed = first?.holder === lease.holder && first.counter !== lease.counter;
      if (isRenewed || vitalityOf(lease.process) === 'alive' || isOver()) return lease;
      if (first === undefined) onWait?.(lease);
      first = lease;
      await clock.sleep(WAIT_MS);
    }
    this.#own = wanted;
    const renew = () => void this.#writing.run(() => this.#renew()).catch(() => undefined);
    this.#stop = clock.every(holder.graceMs / RENEWALS, renew);
    return undefined;
  }

  /** Gives the right up, if it is ours. */
  async release(): Promise<void> {
    this.#stop?.();
    await this.#writing.run(async () => {
      if (this.#own !== undefined) await this.#set(undefined, this.#own);
      this.#own = undefined;
    });
  }

  async #renew(): Promise<void> {
    const lease = watchedLease(this.#own);
    if (lease === undefined) return;
    const next = { ...lease, counter: lease.counter + 1 };
    const standing = await this.#set(next, this.#own);
    this.#own = watchedLease(standing)?.holder === lease.holder ? next : undefined;
  }

  #set(value: JsonValue | undefined, expected: JsonValue | undefined): Promise<JsonValue | undefined> {
    return this.#parts.storage.setStudyAttr(this.#parts.record, 'system', this.#key, value, { expected });
  }
}

/** The holder of a right as it is stored; undefined for anything else. */
export function watchedLease(stored: JsonValue | undefined): WatchedLease | undefined {
  if (typeof stored !== 'object' || stored === null) return undefined;
  const { holder, counter, graceMs, process = null } = stored as Readonly<Record<string, JsonValue>>;
  if (typeof holder !== 'string' || typeof counter !== 'number' || typeof graceMs !== 'number') return undefined;
  return { holder, counter, graceMs, process };
}
