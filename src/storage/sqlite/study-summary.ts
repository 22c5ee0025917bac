import type { Database, Statement } from 'better-sqlite3';
import type { TrialState } from '../../trial/frozen-trial.ts';
import { countsFromRows, IS_CONSTRAINT, type ResultRow, resultsFromRows } from '../optuna-rows/summary-from-rows.ts';
import type { AttributeRow } from '../optuna-rows/trial-from-rows.ts';
import { LenientReading } from '../optuna-rows/unreadable.ts';
import type { Inventory, StoredParameter, TrialResult } from '../storage.ts';
import { boundedColumn } from './bounded-column.ts';
import { Queries } from './queries.ts';
import { NUMBER_COLUMN, type TrialRows } from './trial-rows.ts';

/** Answers questions about a study without reading its trials. To be used within a transaction. */
export class StudySummary {
  readonly #counts: Statement<[number], [state: TrialState, count: number]>;
  readonly #queries: Queries;
  readonly #trials: TrialRows;

  constructor(db: Database, trials: TrialRows) {
    this.#queries = new Queries(db);
    this.#trials = trials;
    this.#counts = db
      .prepare<[number], [TrialState, number]>('SELECT state, COUNT(*) FROM trials WHERE study_id = ? GROUP BY state')
      .raw();
  }

  counts(studyId: number): Readonly<Record<TrialState, number>> {
    return countsFromRows(this.#counts.all(studyId));
  }

  /** The id of the trial of this number; undefined if there is none. */
  idOf(studyId: number, number: number): number | undefined {
    return this.#queries
      .values<[number, number], number>(
        `SELECT trial_id FROM trials WHERE study_id = ? AND ${NUMBER_COLUMN} = ? ORDER BY trial_id LIMIT 1`,
      )
      .get(studyId, number);
  }

  /**
   * The values of the COMPLETE trials that meet their constraints, by number. Values that cannot be read are left out.
   */
  results(studyId: number, directions: number): readonly TrialResult[] {
    const constraints = this.#queries
      .rows<[number], AttributeRow>(
        `SELECT trial_id, ${boundedColumn('"key"')}, ${boundedColumn('value_json')}
         FROM trials CROSS JOIN trial_system_attributes USING (trial_id)
         WHERE study_id = ? AND ${IS_CONSTRAINT} ORDER BY trial_id`,
      )
      .all(studyId);
    const rows = this.#queries.rows<[number], ResultRow>(
      `SELECT trial_id, objective, trial_values.value, value_type, ${NUMBER_COLUMN}
       FROM trials CROSS JOIN trial_values USING (trial_id)
       WHERE study_id = ? AND state = 'COMPLETE' ORDER BY trial_id, objective`,
    );
    return resultsFromRows(rows.iterate(studyId), constraints, directions);
  }

  /** The names that occur in a study's trials. Names that cannot be read are left out. */
  inventory(studyId: number): Inventory {
    const reports = 'FROM trials CROSS JOIN trial_intermediate_values USING (trial_id) WHERE study_id = ?';
    const steps = this.#all<number>(`SELECT DISTINCT step ${reports}`, studyId);
    const curves = this.#all(`SELECT 1 ${reports} GROUP BY trial_id HAVING COUNT(*) > 1 LIMIT 1`, studyId);
    return Object.freeze({
      parameters: Object.freeze(this.#parameters(studyId)),
      userAttrs: Object.freeze(this.#inOrder(studyId, 'trial_user_attributes', '"key"')),
      systemAttrs: Object.freeze(this.#inOrder(studyId, 'trial_system_attributes', '"key"')),
      steps: Object.freeze(steps.filter(Number.isSafeInteger).sort((a, b) => a - b)),
      hasCurves: curves.length > 0,
    });
  }

  #parameters(studyId: number): readonly StoredParameter[] {
    const own = 'FROM trials CROSS JOIN trial_params USING (trial_id) WHERE study_id = ?';
    const texts = new Map<string, string[]>();
    const pairs = this.#queries.rows<[number], [string, string]>(
      `SELECT DISTINCT ${boundedColumn('param_name')}, ${boundedColumn('distribution_json')} ${own}`,
    );
    for (const [name, json] of pairs.iterate(studyId)) texts.set(name, [...(texts.get(name) ?? []), json]);
    const newest = this.#queries.values<[number, string], string>(
      `SELECT ${boundedColumn('distribution_json')} ${own} AND param_name = ? ORDER BY trial_id DESC LIMIT 1`,
    );
    return this.#inOrder(studyId, 'trial_params', 'param_name', [...texts.keys()]).flatMap((name) => {
      const known = texts.get(name) ?? [];
      const last = known.length > 1 ? newest.get(studyId, name) : known[0];
      const ordered = [...known.filter((json) => json !== last), ...(last === undefined ? [] : [last])];
      const distributions = new LenientReading().rows(ordered, (json) => this.#trials.distribution(json));
      return distributions.length === 0 ? [] : [{ name, distributions: Object.freeze(distributions) }];
    });
  }

  /**
   * The different names in a table, in the order of the first trial that has them, and within a trial in the order of
   * the rows.
   *
   * @param found the names, trial by trial, those of one trial in any order.
   */
  #inOrder(
    studyId: number,
    table: string,
    column: string,
    found: readonly string[] = this.#all<string>(
      `SELECT DISTINCT ${boundedColumn(column)} FROM trials CROSS JOIN ${table} USING (trial_id) WHERE study_id = ?`,
      studyId,
    ),
  ): readonly string[] {
    const first = this.#queries.values<[number, string, number], number>(
      `SELECT trial_id FROM trials CROSS JOIN ${table} USING (trial_id)
       WHERE study_id = ? AND ${column} = ? AND trial_id > ? ORDER BY trial_id LIMIT 1`,
    );
    const together = this.#queries.values<[number], string>(
      `SELECT ${boundedColumn(column)} FROM ${table} WHERE trial_id = ? ORDER BY rowid`,
    );
    const ordered = new Set<string>();
    let trial = -1;
    for (const name of found) {
      if (ordered.has(name)) continue;
      trial = first.get(studyId, name, trial) ?? trial; // each search begins at the result before it
      for (const other of together.all(trial)) ordered.add(other);
    }
    return [...ordered].filter((name) => typeof name === 'string'); // SQLite stores values of any type in a column
  }

  #all<T>(sql: string, studyId: number): T[] {
    return this.#queries.values<[number], T>(sql).all(studyId);
  }
}
