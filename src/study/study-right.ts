import type { Clock } from '../base/clock.ts';
import type { JsonValue } from '../base/json.ts';
import { Mutex } from '../base/mutex.ts';
import { ownValue } from '../base/own-value.ts';
import { boundedGrace, type Holder, isCount } from '../storage/lease.ts';
import type { Storage, StudyRecord } from '../storage/storage.ts';
import { RENEWALS } from './holder.ts';
import { type Liveness, vitalityOf, type WatchedLease } from './liveness.ts';
import { Loss } from './trial/loss.ts';

/** The parts that a {@link StudyRight} works with. */
export interface StudyRightParts {
  readonly storage: Storage;
  readonly record: StudyRecord;
  readonly holder: Holder;
  readonly clock: Clock;
  readonly liveness: Liveness;
}

/** The way to wait for a right. */
export interface TakeOptions {
  /** Called once when a holder has to be watched. */
  readonly onWait?: (holder: WatchedLease) => void;
  /** Whether to stop waiting. */
  readonly isOver?: () => boolean;
}

/**
 * The answer to an attempt to take a right: `ours`, a living holder that has it, or `unknown` where the wait was ended.
 */
export type Taken = 'ours' | { readonly holder: WatchedLease } | 'unknown';

/** The pause in milliseconds between two looks at a lease that is watched. */
const WAIT_MS = 500;

/**
 * A right in a study that one coordinator has at a time, such as the right to conclude it. It stands in a system
 * attribute of the study, is taken by compare-and-set, and is renewed like the lease of a trial; a dead holder's right
 * may be taken over.
 */
export class StudyRight {
  readonly #key: string;
  readonly #parts: StudyRightParts;
  #note: JsonValue | undefined;
  readonly #loss = new Loss();
  readonly #writing = new Mutex();
  /** The right as we have stored it; undefined while it is not ours. */
  #own: JsonValue | undefined;
  #stop: (() => void) | undefined;

  constructor(key: string, parts: StudyRightParts) {
    this.#key = key;
    this.#parts = parts;
  }

  /** The note of the last holder when the right was taken; undefined where there was none. */
  get note(): JsonValue | undefined {
    return this.#note;
  }

  /** Happens when another process has taken the right, which was ours. */
  get loss(): Loss {
    return this.#loss;
  }

  /**
   * Takes the right, unless a living process has it. A holder on another machine is judged by its lease, which is
   * watched until it is renewed, given up, or has not been renewed for its grace time. To be called once.
   */
  async take({ onWait, isOver = () => false }: TakeOptions = {}): Promise<Taken> {
    const { holder, clock, liveness } = this.#parts;
    const wanted = { holder: holder.id, counter: 0, graceMs: holder.graceMs, process: holder.process };
    let standing = await this.#read();
    let first: WatchedLease | undefined;
    for (;;) {
      const lease = watchedLease(standing);
      if (lease === undefined || liveness.isDead(this.#key, lease)) {
        this.#note = lease === undefined ? standing : undefined;
        standing = await this.#set(wanted, standing);
        if (watchedLease(standing)?.holder === holder.id) break;
        continue;
      }
      const isRenewed = first?.holder === lease.holder && first.counter !== lease.counter;
      if (isRenewed || vitalityOf(lease.process) === 'alive') return { holder: lease };
      if (isOver()) return 'unknown';
      if (first === undefined) onWait?.(lease);
      first = lease;
      await clock.sleep(WAIT_MS);
      standing = await liveness.listening(holder.graceMs, () => this.#read());
    }
    this.#own = wanted;
    let isRenewing = false;
    this.#stop = clock.every(holder.graceMs / RENEWALS, async () => {
      if (isRenewing) return; // the last renewal waits for the storage
      isRenewing = true;
      await this.confirm().catch(() => undefined); // a failing storage shows it to its readers and writers
      isRenewing = false;
    });
    return 'ours';
  }

  /** Renews the right. @returns whether it is still ours. */
  confirm(): Promise<boolean> {
    return this.#writing.run(async () => {
      const lease = watchedLease(this.#own);
      if (lease === undefined) return false;
      const next = { ...lease, counter: lease.counter + 1 };
      const standing = await this.#set(next, this.#own);
      const isOurs = watchedLease(standing)?.holder === lease.holder;
      this.#own = isOurs ? next : undefined;
      if (!isOurs) {
        this.#stop?.();
        this.#loss.happen(new Error('Another process has taken over to conclude the study.'));
      }
      return isOurs;
    });
  }

  /** Gives the right up, if it is ours. @param note left in its place for later holders; default none. */
  async release(note?: JsonValue): Promise<void> {
    this.#stop?.();
    await this.#writing.run(async () => {
      if (this.#own !== undefined) await this.#set(note, this.#own);
      this.#own = undefined;
    });
  }

  async #read(): Promise<JsonValue | undefined> {
    const { storage, record } = this.#parts;
    const found = await storage.findStudy(record.name);
    // The compare-and-set notices a later study of this name.
    return found === undefined ? undefined : ownValue(found.systemAttrs, this.#key);
  }

  #set(value: JsonValue | undefined, expected: JsonValue | undefined): Promise<JsonValue | undefined> {
    return this.#parts.storage.setStudyAttr(this.#parts.record, 'system', this.#key, value, { expected });
  }
}

/** The holder of a right as it is stored; undefined for anything else. */
export function watchedLease(stored: JsonValue | undefined): WatchedLease | undefined {
  if (typeof stored !== 'object' || stored === null) return undefined;
  const { holder, counter, graceMs, process = null } = stored as Readonly<Record<string, JsonValue>>;
  if (typeof holder !== 'string' || !isCount(counter) || typeof graceMs !== 'number') return undefined;
  return { holder, counter, graceMs: boundedGrace(graceMs), process };
}
