import type { TrialState } from '../../trial/frozen-trial.ts';
import { countsFromRows, IS_CONSTRAINT, type ResultRow, resultsFromRows } from '../optuna-rows/summary-from-rows.ts';
import type { AttributeRow } from '../optuna-rows/trial-from-rows.ts';
import { LenientReading } from '../optuna-rows/unreadable.ts';
import type { Inventory, StoredParameter, TrialResult } from '../storage.ts';
import { boundedColumn, boundedText } from './columns.ts';
import type { Session } from './session.ts';
import { NUMBER_COLUMN, type TrialRows } from './trial-rows.ts';

/** Answers questions about a study without reading its trials. To be used within a transaction. */
export const studySummary = {
  async counts(session: Session, studyId: number): Promise<Readonly<Record<TrialState, number>>> {
    return countsFromRows(
      await session.rows<[string, number]>(
        'SELECT state::text, COUNT(*)::int FROM trials WHERE study_id = $1 GROUP BY state',
        studyId,
      ),
    );
  },

  /** The id of the trial of this number; undefined if there is none. */
  async idOf(session: Session, studyId: number, number: number): Promise<number | undefined> {
    const row = await session.row<[number]>(
      `SELECT trial_id FROM trials WHERE study_id = $1 AND ${NUMBER_COLUMN} = $2::bigint ORDER BY trial_id LIMIT 1`,
      studyId,
      number,
    );
    return row?.[0];
  },

  /**
   * The values of the COMPLETE trials that meet their constraints, by number. Values that cannot be read are left out.
   */
  async results(session: Session, studyId: number, directions: number): Promise<readonly TrialResult[]> {
    const [rows, constraints] = await Promise.all([
      session.rows<ResultRow>(
        `SELECT trial_id, objective, trial_values.value, value_type::text, ${NUMBER_COLUMN}
         FROM trials JOIN trial_values USING (trial_id)
         WHERE study_id = $1 AND state = 'COMPLETE' ORDER BY trial_id, objective`,
        studyId,
      ),
      session.rows<AttributeRow>(
        `SELECT trial_id, "key", ${boundedColumn('value_json')} FROM trials JOIN trial_system_attributes USING (trial_id)
         WHERE study_id = $1 AND ${IS_CONSTRAINT} ORDER BY trial_id, trial_system_attribute_id`,
        studyId,
      ),
    ]);
    const bounded = constraints.map(([id, key, json]): AttributeRow => [id, key, boundedText(json)]);
    return resultsFromRows(rows, bounded, directions);
  },

  /** The names that occur in a study's trials. */
  async inventory(session: Session, trials: TrialRows, studyId: number): Promise<Inventory> {
    const reports = 'FROM trials JOIN trial_intermediate_values USING (trial_id) WHERE study_id = $1';
    const [parameters, userAttrs, systemAttrs, steps, curves] = await Promise.all([
      storedParameters(session, trials, studyId),
      namesInOrder(session, studyId, { table: 'trial_user_attributes', id: 'trial_user_attribute_id', name: '"key"' }),
      namesInOrder(session, studyId, {
        table: 'trial_system_attributes',
        id: 'trial_system_attribute_id',
        name: '"key"',
      }),
      session.rows<[number]>(`SELECT DISTINCT step ${reports} ORDER BY step`, studyId),
      session.rows(`SELECT 1 ${reports} GROUP BY trial_id HAVING COUNT(*) > 1 LIMIT 1`, studyId),
    ]);
    return Object.freeze({
      parameters: Object.freeze(parameters),
      userAttrs: Object.freeze(userAttrs),
      systemAttrs: Object.freeze(systemAttrs),
      steps: Object.freeze(steps.map(([step]) => step)),
      hasCurves: curves.length > 0,
    });
  },
};

/** A table of named parts, with the columns of its rows' ids and names. */
interface NamedParts {
  readonly table: string;
  readonly id: string;
  readonly name: string;
}

async function storedParameters(
  session: Session,
  trials: TrialRows,
  studyId: number,
): Promise<readonly StoredParameter[]> {
  const [names, pairs] = await Promise.all([
    namesInOrder(session, studyId, { table: 'trial_params', id: 'param_id', name: 'param_name' }),
    session.rows<[string, string, number]>(
      `SELECT param_name, ${boundedColumn('distribution_json')}, MAX(trial_id)
       FROM trials JOIN trial_params USING (trial_id) WHERE study_id = $1 GROUP BY param_name, distribution_json
       ORDER BY 3`,
      studyId,
    ),
  ]);
  return names.flatMap((name) => {
    const texts = pairs.flatMap(([own, json]) => (own === name ? [boundedText(json)] : []));
    const distributions = new LenientReading().rows(texts, (json) => trials.distribution(json));
    return distributions.length === 0 ? [] : [{ name, distributions: Object.freeze(distributions) }];
  });
}

/**
 * The different names in a table, in the order of the first trial that has them, and within a trial in the order of the
 * rows.
 */
async function namesInOrder(
  session: Session,
  studyId: number,
  { table, id, name }: NamedParts,
): Promise<readonly string[]> {
  const rows = await session.rows<[string, number, number]>(
    `SELECT DISTINCT ON (${name}) ${name}, trial_id, ${id} FROM trials JOIN ${table} USING (trial_id)
     WHERE study_id = $1 AND ${name} IS NOT NULL ORDER BY ${name}, trial_id, ${id}`,
    studyId,
  );
  return [...rows].sort((a, b) => a[1] - b[1] || a[2] - b[2]).map(([found]) => found);
}
