import type { Database, Statement } from 'better-sqlite3';
import { isFinished, type TrialState } from '../../trial/frozen-trial.ts';
import { noStudy } from '../refusals.ts';
import type { StudyRows } from './study-rows.ts';
import { HEAD_COLUMNS, type TrialHead, type TrialRows } from './trial-rows.ts';

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

/**
 * Finds the trials that are new or may have changed: those behind the last id, and of the unfinished ones those that
 * we have written to, or all of them once another connection has written anything. To be used within a transaction.
 */
export class TrialChanges {
  readonly #studies: StudyRows;
  readonly #trials: TrialRows;
  readonly #dataVersion: Statement<[], number>;
  readonly #newHeads: Statement<[number, number], TrialHead>;
  readonly #studyOf: Statement<[number], number>;
  readonly #written = new Map<number, number>();
  #writes = 0;

  constructor(db: Database, studies: StudyRows, trials: TrialRows) {
    this.#studies = studies;
    this.#trials = trials;
    this.#dataVersion = db.prepare<[], number>('PRAGMA data_version').pluck();
    this.#studyOf = db.prepare<[number], number>('SELECT study_id FROM trials WHERE trial_id = ?').pluck();
    this.#newHeads = db
      .prepare<[number, number], TrialHead>(
        `SELECT ${HEAD_COLUMNS} FROM trials WHERE study_id = ? AND trial_id > ? ORDER BY trial_id`,
      )
      .raw();
  }

  /** Counts a write of our own, so that it is seen; with the trial that it may have changed. */
  note(trialId?: number): void {
    this.#writes++;
    if (trialId !== undefined) this.#written.set(trialId, this.#writes);
  }

  /** What there is behind a position (undefined: before everything), and the position behind that. */
  since(studyId: number, position: Position | undefined): { heads: readonly TrialHead[]; position: Position } {
    const dataVersion = this.#dataVersion.get() as number;
    const writes = this.#writes;
    const alone = position?.dataVersion === dataVersion;
    if (position && alone && position.writes === writes) return { heads: [], position };
    this.#studies.require(studyId);
    // SQLite gives the ids of a deleted study away again, so the study may be another one of the same id.
    if (position?.lastId && this.#studyOf.get(position.lastId) !== studyId) throw noStudy(studyId);

    const known = [...(position?.unfinished.keys() ?? [])];
    const changed = alone ? known.filter((id) => (this.#written.get(id) ?? 0) > position.writes) : known;
    const fresh = this.#newHeads.all(studyId, position?.lastId ?? 0);
    const heads = [...(changed.length > 0 ? this.#trials.heads(changed) : []), ...fresh];
    const unfinished = new Map(position?.unfinished);
    for (const [id, , state] of heads) {
      if (isFinished(state)) unfinished.delete(id);
      else unfinished.set(id, state);
    }
    const lastId = fresh.at(-1)?.[0] ?? position?.lastId ?? 0;
    const count = (position?.count ?? 0) + fresh.length;
    return { heads, position: { studyId, dataVersion, writes, lastId, count, unfinished } };
  }
}
