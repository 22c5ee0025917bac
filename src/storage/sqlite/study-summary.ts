import type { Database, Statement } from 'better-sqlite3';
import type { Direction } from '../../trial/direction.ts';
import type { TrialState } from '../../trial/frozen-trial.ts';

const NONE: Readonly<Record<TrialState, number>> = { WAITING: 0, RUNNING: 0, COMPLETE: 0, PRUNED: 0, FAIL: 0 };

/** Answers about a study that do not take reading its trials. To be used within a transaction. */
export class StudySummary {
  readonly #counts: Statement<[number], [state: TrialState, count: number]>;
  readonly #byValue: Readonly<Record<Direction, Statement<[number, number, number], number>>>;

  constructor(db: Database) {
    this.#counts = db
      .prepare<[number], [TrialState, number]>('SELECT state, COUNT(*) FROM trials WHERE study_id = ? GROUP BY state')
      .raw();
    const byValue = (order: 'ASC' | 'DESC') =>
      db
        .prepare<[number, number, number], number>(
          `SELECT trials.trial_id FROM trials JOIN trial_values USING (trial_id)
           WHERE study_id = ? AND state = 'COMPLETE' AND objective = 0
           ORDER BY CASE value_type WHEN 'INF_NEG' THEN 0 WHEN 'FINITE' THEN 1 ELSE 2 END ${order},
             trial_values.value ${order}, trials.trial_id
           LIMIT ? OFFSET ?`,
        )
        .pluck();
    this.#byValue = { minimize: byValue('ASC'), maximize: byValue('DESC') };
  }

  counts(studyId: number): Readonly<Record<TrialState, number>> {
    const counts = { ...NONE };
    // A state that nobody knows is read as a failure.
    for (const [state, count] of this.#counts.all(studyId))
      counts[Object.hasOwn(NONE, state) ? state : 'FAIL'] += count;
    return Object.freeze(counts);
  }

  /** The ids of COMPLETE trials of one direction, the best first, of equals the first; `limit` of them after `offset`. */
  byValue(studyId: number, direction: Direction, limit: number, offset: number): readonly number[] {
    return this.#byValue[direction].all(studyId, limit, offset);
  }
}
