import { compareKeys } from '../../trial/trial-key.ts';
import { type Cell, figureName, readFigure, type StoredFigure, storedFigures } from '../optuna-rows/stored-figure.ts';
import type { PageRequest } from '../storage.ts';
import { boundedColumn, boundedText, timeColumn } from './columns.ts';
import type { Session } from './session.ts';
import type { TrialRows } from './trial-rows.ts';

/** A trial and the columns that hold its figure; the second is null where one column is enough. */
type KeyRow = readonly [id: number, first: Cell, second: Cell];

const FIGURES = storedFigures({ text: (column) => boundedColumn(`${column}::text`), time: timeColumn });

const IN_STATES = '($2::trialstate[] IS NULL OR state = ANY($2::trialstate[]))';

/** The ids of the trials of a page, in its order. To be used within a transaction. */
export async function pageIds(
  session: Session,
  trials: TrialRows,
  studyId: number,
  request: PageRequest,
): Promise<readonly number[]> {
  const { order = { by: 'number' }, after } = request;
  const limit = Math.min(request.limit, Number.MAX_SAFE_INTEGER);
  if (order.by === 'number') return byNumber(session, studyId, { ...request, limit });
  const ids = await ordered(session, trials, studyId, { ...request, order });
  const last = after === undefined ? -1 : ids.indexOf(after);
  return after !== undefined && last < 0 ? [] : ids.slice(last + 1, last + 1 + limit); // it may be gone
}

/** The ids of a page in the order in which the trials were created, which is that of their ids. */
async function byNumber(
  session: Session,
  studyId: number,
  { states, descending = false, limit, after }: PageRequest,
): Promise<readonly number[]> {
  const [beyond, order] = descending ? ['<', 'DESC'] : ['>', 'ASC'];
  const rows = await session.rows<[number]>(
    `SELECT trial_id FROM trials WHERE study_id = $1 AND ${IN_STATES}
     AND ($3::int IS NULL OR trial_id ${beyond} $3) ORDER BY trial_id ${order} LIMIT $4::bigint`,
    studyId,
    states ?? null,
    after ?? null,
    limit,
  );
  return rows.map(([id]) => id);
}

/**
 * The ids of all trials in some states, and of the trial behind which the page begins, whatever its state is now, in
 * the order of a figure.
 */
async function ordered(
  session: Session,
  trials: TrialRows,
  studyId: number,
  { order, states, descending = false, after }: PageRequest & { readonly order: StoredFigure },
): Promise<readonly number[]> {
  const { columns, table, named, read } = FIGURES[order.by];
  const join =
    table === undefined ? '' : `LEFT JOIN ${table} AS own ON own.trial_id = trials.trial_id AND own.${named} = $4`;
  const name = figureName(order);
  const rows = await session.rows<KeyRow>(
    `SELECT trials.trial_id, ${columns} FROM trials ${join}
     WHERE study_id = $1 AND (${IN_STATES} OR trials.trial_id = $3::int) ORDER BY trials.trial_id`,
    studyId,
    states ?? null,
    after ?? null,
    ...(table === undefined ? [] : [name]),
  );
  const keyed = rows.map(([id, first, second]) => ({
    id,
    key: readFigure(read, [boundedText(first), second], trials),
  }));
  keyed.sort((a, b) => compareKeys(a.key, b.key, descending));
  return keyed.map(({ id }) => id);
}
