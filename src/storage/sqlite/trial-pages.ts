import type { Database } from 'better-sqlite3';
import type { JsonValue } from '../../base/json.ts';
import { compareKeys } from '../../trial/trial-key.ts';
import { type Cell, figureName, readFigure, type StoredFigure, storedFigures } from '../optuna-rows/stored-figure.ts';
import type { PageRequest } from '../storage.ts';
import { boundedColumn } from './bounded-column.ts';
import { Queries } from './queries.ts';
import type { TrialRows } from './trial-rows.ts';
import type { WriteCache } from './write-cache.ts';

/** A trial and the columns that hold its figure; the second is null where one column is enough. */
type KeyRow = readonly [id: number, first: Cell, second: Cell];

const FIGURES = storedFigures({ text: boundedColumn, time: boundedColumn });

/** The order from which the last page was taken, as the next one mostly is. */
interface KnownOrder {
  readonly question: string;
  /** SQLite's count of the commits of other connections, and of ours, at that time. */
  readonly dataVersion: number;
  readonly writes: number;
  readonly ids: readonly number[];
}

const IN_STATES = '(:states IS NULL OR state IN (SELECT value FROM json_each(:states)))';

/** Finds the trials of a page by reading only the figure that orders them. To be used within a transaction. */
export class TrialPages {
  readonly #queries: Queries;
  readonly #trials: TrialRows;
  readonly #cache: WriteCache;
  #known: KnownOrder | undefined;

  constructor(db: Database, trials: TrialRows, cache: WriteCache) {
    this.#queries = new Queries(db);
    this.#trials = trials;
    this.#cache = cache;
  }

  /** The ids of the trials of a page, in its order. */
  ids(studyId: number, request: PageRequest): readonly number[] {
    const { order = { by: 'number' }, states, descending = false, after } = request;
    const limit = Math.min(request.limit, Number.MAX_SAFE_INTEGER);
    if (order.by === 'number') return this.#byNumber(studyId, { ...request, limit });
    const question = JSON.stringify([studyId, order, states, descending]);
    const [dataVersion, writes] = [this.#cache.dataVersion(), this.#cache.count];
    const known = this.#known;
    const isKnown = known?.question === question && known.dataVersion === dataVersion && known.writes === writes;
    const ids = isKnown ? known.ids : this.#ordered(studyId, { ...request, order });
    if (!isKnown && after === undefined) this.#known = { question, dataVersion, writes, ids };
    const last = after === undefined ? -1 : ids.indexOf(after);
    return after !== undefined && last < 0 ? [] : ids.slice(last + 1, last + 1 + limit); // it may be gone
  }

  /** The ids of a page in the order in which the trials were created, which is that of their ids. */
  #byNumber(studyId: number, { states, descending = false, limit, after }: PageRequest): readonly number[] {
    const [beyond, order] = descending ? ['<', 'DESC'] : ['>', 'ASC'];
    return this.#queries
      .values<[object], number>(
        `SELECT trial_id FROM trials WHERE study_id = :studyId AND ${IN_STATES}
         AND (:after IS NULL OR trial_id ${beyond} :after) ORDER BY trial_id ${order} LIMIT :limit`,
      )
      .all({ studyId, states: states === undefined ? null : JSON.stringify(states), after: after ?? null, limit });
  }

  /**
   * The rows of all trials in some states, and of the trial behind which the page begins, whatever its state is now.
   */
  #ordered(studyId: number, request: PageRequest & { readonly order: StoredFigure }): readonly number[] {
    const { order, states, descending, after } = request;
    const { columns, table, named, read } = FIGURES[order.by];
    const join = table && `LEFT JOIN ${table} AS own ON own.trial_id = trials.trial_id AND own.${named} = :name`;
    const rows = this.#queries.rows<[object], KeyRow>(
      `SELECT trials.trial_id, ${columns} FROM trials ${join ?? ''}
       WHERE study_id = :studyId AND (${IN_STATES} OR trials.trial_id = :after) ORDER BY trials.trial_id`,
    );
    const asked = states === undefined ? null : JSON.stringify(states);
    const keyed: { readonly id: number; readonly key: JsonValue | undefined }[] = [];
    for (const [id, first, second] of rows.iterate({
      studyId,
      states: asked,
      after: after ?? null,
      name: figureName(order),
    })) {
      keyed.push({ id, key: readFigure(read, [first, second], this.#trials) });
    }
    keyed.sort((a, b) => compareKeys(a.key, b.key, descending));
    return keyed.map(({ id }) => id);
  }
}
