import type { Database, Statement } from 'better-sqlite3';
import type { FrozenTrial, TrialState } from '../../trial/frozen-trial.ts';
import { heldLease } from '../lease.ts';
import { HEAD_COLUMNS, type TrialHead, type TrialRows } from './trial-rows.ts';
import type { WriteCache } from './write-cache.ts';

/** The part of a study's trials that a reader has seen, immutable. */
export interface Position {
  readonly studyId: number;
  /** SQLite's count of the commits of other connections. */
  readonly dataVersion: number;
  /** The number of our own writes so far. */
  readonly writes: number;
  readonly lastId: number;
  /** The number of trials at that time. */
  readonly count: number;
  /** The trials that were not finished, by id; the others never change. */
  readonly unfinished: ReadonlyMap<number, Unfinished>;
}

/** The state of a trial that is not finished: it waits, runs under a lease (`held`), or runs under none. */
export type Unfinished = 'waiting' | 'held' | 'running';

/** A trial, as a reader has seen it. */
interface Seen {
  readonly id: number;
  /** Undefined for a finished trial. */
  readonly unfinished: Unfinished | undefined;
}

const START = { lastId: 0, count: 0, unfinished: new Map<number, Unfinished>() };

/** Finds the trials that are new or may have changed. */
export class TrialChanges {
  readonly #trials: TrialRows;
  readonly #cache: WriteCache;
  readonly #newHeads: Statement<[number, number], TrialHead>;

  constructor(db: Database, trials: TrialRows, cache: WriteCache) {
    this.#trials = trials;
    this.#cache = cache;
    this.#newHeads = db
      .prepare<[number, number], TrialHead>(
        `SELECT ${HEAD_COLUMNS} FROM trials WHERE study_id = ? AND trial_id > ? ORDER BY trial_id`,
      )
      .raw();
  }

  /**
   * The trials that have changed since a position, and the position after them, from our own writes alone. Undefined
   * where these are not enough, since another connection has written, and the database must be read.
   */
  ownSince(position: Position): { trials: readonly FrozenTrial[]; position: Position } | undefined {
    if (position.dataVersion !== this.#cache.dataVersion()) return undefined;
    if (position.writes === this.#cache.count) return { trials: [], position };
    const trials = this.#cache.since(position.studyId, position.writes);
    return trials && { trials, position: this.#behind(position, trials.map(seenTrial)) };
  }

  /**
   * The trials that have changed since a position (undefined: since the beginning), from the database: those with later
   * ids, and those that were not finished. To be used within a transaction, for a study that exists.
   */
  storedSince(studyId: number, position: Position | undefined): { heads: readonly TrialHead[]; position: Position } {
    const dataVersion = this.#cache.dataVersion();
    const known = [...(position?.unfinished.keys() ?? [])];
    const { lastId, count } = position ?? START;
    const fresh = this.#trials.numbered(this.#newHeads.all(studyId, lastId), count);
    const heads = [...(known.length > 0 ? this.#trials.heads(known) : []), ...fresh];
    const states = heads.map(([id, , state, , , isHeld]) => ({ id, unfinished: unfinishedOf(state, isHeld === 1) }));
    return { heads, position: this.#behind({ ...(position ?? START), studyId, dataVersion, writes: 0 }, states) };
  }

  /** The position of a reader who has seen these trials, too, and all our writes. */
  #behind(position: Position, trials: readonly Seen[]): Position {
    const moved = trials.filter(({ id, unfinished }) => position.unfinished.get(id) !== unfinished);
    const unfinished = moved.length === 0 ? position.unfinished : withSeen(position.unfinished, moved);
    const fresh = trials.filter(({ id }) => id > position.lastId);
    const [lastId, count] = [fresh.at(-1)?.id ?? position.lastId, position.count + fresh.length];
    return { ...position, writes: this.#cache.count, lastId, count, unfinished };
  }
}

function seenTrial({ id, state, systemAttrs }: FrozenTrial): Seen {
  return { id, unfinished: unfinishedOf(state, heldLease(systemAttrs) !== undefined) };
}

function unfinishedOf(state: TrialState, isHeld: boolean): Unfinished | undefined {
  if (state === 'WAITING') return 'waiting';
  if (state === 'RUNNING') return isHeld ? 'held' : 'running';
  return undefined; // finished, or in an unknown state, which never changes
}

function withSeen(unfinished: Position['unfinished'], trials: readonly Seen[]): Position['unfinished'] {
  const all = new Map(unfinished);
  for (const { id, unfinished } of trials) {
    if (unfinished === undefined) all.delete(id);
    else all.set(id, unfinished);
  }
  return all;
}
