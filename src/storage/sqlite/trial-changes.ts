import type { Database, Statement } from 'better-sqlite3';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { holderOf } from '../lease.ts';
import { NONE_SEEN, type SeenTrial, type SeenTrials, seenWith, unfinishedOf } from '../optuna-rows/seen-trials.ts';
import { AT_ONCE, HEAD_COLUMNS, type TrialHead, type TrialRows } from './trial-rows.ts';
import type { WriteCache } from './write-cache.ts';

/** The part of a study's trials that a reader has seen, and the time at which it has. */
export interface Position extends SeenTrials {
  readonly studyId: number;
  /** SQLite's count of the commits of other connections. */
  readonly dataVersion: number;
  /** The number of our own writes so far. */
  readonly writes: number;
}

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
        `SELECT ${HEAD_COLUMNS} FROM trials WHERE study_id = ? AND trial_id > ? ORDER BY trial_id
         LIMIT ${AT_ONCE}`,
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
   * Reads the trials that have changed since a position (undefined: since the beginning) from the database: those that
   * were not finished, and those with later ids. To be used within a transaction, for a study that exists.
   *
   * @param take is given the trials, some at a time, so that the heads of a large study are never all held at once.
   * @returns the position after them.
   */
  storedSince(
    studyId: number,
    position: Position | undefined,
    take: (heads: readonly TrialHead[]) => void = () => {},
  ): Position {
    const dataVersion = this.#cache.dataVersion();
    let behind: Position = { ...(position ?? NONE_SEEN), studyId, dataVersion, writes: this.#cache.count };
    const pass = (heads: readonly TrialHead[]) => {
      take(heads);
      behind = this.#behind(
        behind,
        heads.map(([id, , state, , , isHeld]) => ({ id, unfinished: unfinishedOf(state, isHeld === 1) })),
      );
    };
    const known = [...behind.unfinished.keys()];
    if (known.length > 0) pass(this.#trials.heads(known));
    let fresh: readonly TrialHead[];
    do {
      fresh = this.#newHeads.all(studyId, behind.lastId);
      if (fresh.length > 0) pass(this.#trials.numbered(fresh, behind.count));
    } while (fresh.length === AT_ONCE);
    return behind;
  }

  /** The position of a reader who has seen these trials, too, and all our writes. */
  #behind(position: Position, trials: readonly SeenTrial[]): Position {
    const { studyId, dataVersion } = position;
    return { studyId, dataVersion, writes: this.#cache.count, ...seenWith(position, trials) };
  }
}

function seenTrial({ id, state, systemAttrs }: FrozenTrial): SeenTrial {
  return { id, unfinished: unfinishedOf(state, state === 'RUNNING' && holderOf(systemAttrs) !== null) };
}
