import type { Database, Statement } from 'better-sqlite3';
import { type FrozenTrial, isFinished, type TrialState } from '../../trial/frozen-trial.ts';
import { noStudy } from '../storage-errors.ts';
import type { StudyRows } from './study-rows.ts';
import { HEAD_COLUMNS, type TrialHead, type TrialRows } from './trial-rows.ts';
import type { WriteCache } from './write-cache.ts';

/** How much of a study's trials somebody has seen, immutable. */
export interface Position {
  readonly studyId: number;
  /** SQLite's count of the commits of other connections. */
  readonly dataVersion: number;
  /** Our own writes so far. */
  readonly writes: number;
  readonly lastId: number;
  /** How many trials there were. */
  readonly count: number;
  /** The trials that were not finished, by id; the others never change. */
  readonly unfinished: ReadonlyMap<number, TrialState>;
}

const START = { lastId: 0, count: 0, unfinished: new Map<number, TrialState>() };

/** Finds the trials that are new or may have changed. */
export class TrialChanges {
  readonly #studies: StudyRows;
  readonly #trials: TrialRows;
  readonly #cache: WriteCache;
  readonly #newHeads: Statement<[number, number], TrialHead>;
  readonly #studyOf: Statement<[number], number>;

  constructor(db: Database, studies: StudyRows, trials: TrialRows, cache: WriteCache) {
    this.#studies = studies;
    this.#trials = trials;
    this.#cache = cache;
    this.#studyOf = db.prepare<[number], number>('SELECT study_id FROM trials WHERE trial_id = ?').pluck();
    this.#newHeads = db
      .prepare<[number, number], TrialHead>(
        `SELECT ${HEAD_COLUMNS} FROM trials WHERE study_id = ? AND trial_id > ? ORDER BY trial_id`,
      )
      .raw();
  }

  /**
   * What there is behind a position, and the position behind that, where all of it is known from our own writes: as
   * long as nobody else writes. Undefined where the database must be read.
   */
  ownSince(position: Position): { trials: readonly FrozenTrial[]; position: Position } | undefined {
    if (position.dataVersion !== this.#cache.dataVersion()) return undefined;
    if (position.writes === this.#cache.count) return { trials: [], position };
    const trials = this.#cache.since(position.studyId, position.writes);
    return trials && { trials, position: this.#behind(position, trials) };
  }

  /**
   * What the database has behind a position (undefined: before everything): the trials behind its last id, and those
   * that were not finished. To be used within a transaction.
   */
  storedSince(studyId: number, position: Position | undefined): { heads: readonly TrialHead[]; position: Position } {
    const dataVersion = this.#cache.dataVersion();
    this.#studies.require(studyId);
    // SQLite gives the ids of a deleted study away again, so the study may be another one of the same id.
    if (position?.lastId && this.#studyOf.get(position.lastId) !== studyId) throw noStudy(studyId);
    const known = [...(position?.unfinished.keys() ?? [])];
    const fresh = this.#newHeads.all(studyId, position?.lastId ?? 0);
    const heads = [...(known.length > 0 ? this.#trials.heads(known) : []), ...fresh];
    const states = heads.map(([id, , state]) => ({ id, state }));
    return { heads, position: this.#behind({ ...(position ?? START), studyId, dataVersion, writes: 0 }, states) };
  }

  /** Where somebody stands who has seen these trials too, and all that we have written. */
  #behind(position: Position, trials: readonly Pick<FrozenTrial, 'id' | 'state'>[]): Position {
    const moved = trials.filter(
      ({ id, state }) => position.unfinished.get(id) !== (isFinished(state) ? undefined : state),
    );
    const unfinished = moved.length === 0 ? position.unfinished : withStates(position.unfinished, moved);
    const fresh = trials.filter(({ id }) => id > position.lastId);
    const [lastId, count] = [fresh.at(-1)?.id ?? position.lastId, position.count + fresh.length];
    return { ...position, writes: this.#cache.count, lastId, count, unfinished };
  }
}

function withStates(
  unfinished: Position['unfinished'],
  trials: readonly Pick<FrozenTrial, 'id' | 'state'>[],
): Position['unfinished'] {
  const states = new Map(unfinished);
  for (const { id, state } of trials) {
    if (isFinished(state)) states.delete(id);
    else states.set(id, state);
  }
  return states;
}
