import type { Database } from 'better-sqlite3';
import type { JsonValue } from '../../base/json.ts';
import { compareKeys, type TrialKey } from '../../trial/trial-key.ts';
import { attributeFromJson } from '../optuna-rows/attribute-json.ts';
import { parseDatetime } from '../optuna-rows/datetime.ts';
import { fromStoredNumber } from '../optuna-rows/stored-number.ts';
import type { PageRequest } from '../storage.ts';
import { boundedColumn } from './bounded-column.ts';
import { Queries } from './queries.ts';
import type { TrialRows } from './trial-rows.ts';
import type { WriteCache } from './write-cache.ts';

/** The figures other than the number, whose order is that of the ids. */
type StoredKey = Exclude<TrialKey, { readonly by: 'number' }>;
type Cell = string | number | null;
/** A trial and the columns that hold its figure; the second is null where one column is enough. */
type KeyRow = readonly [id: number, first: Cell, second: Cell];

/** The place of a figure in Optuna's tables. */
interface KeySource {
  readonly columns: string;
  /** The table of the figure's row, and the column that names it. */
  readonly table?: string;
  readonly named?: string;
  /** Reads the figure of a row whose first column is not null. */
  read(first: Cell, second: Cell, trials: TrialRows): JsonValue | undefined;
}

const milliseconds = (stored: Cell) => parseDatetime(String(stored)).getTime();

const SOURCES: Readonly<Record<StoredKey['by'], KeySource>> = {
  state: { columns: `${boundedColumn('state')}, NULL`, read: (state) => state },
  started: { columns: `${boundedColumn('datetime_start')}, NULL`, read: milliseconds },
  duration: {
    columns: `${boundedColumn('datetime_start')}, ${boundedColumn('datetime_complete')}`,
    read: (start, end) => (end === null ? null : milliseconds(end) - milliseconds(start)),
  },
  value: {
    columns: `${boundedColumn('value_type')}, own.value`,
    table: 'trial_values',
    named: 'objective',
    read: (type, value) => fromStoredNumber(value as number | null, String(type)),
  },
  param: {
    columns: `${boundedColumn('distribution_json')}, param_value`,
    table: 'trial_params',
    named: 'param_name',
    read: (json, value, trials) => trials.distribution(String(json)).fromInternal(value as number),
  },
  userAttr: {
    columns: `${boundedColumn('value_json')}, NULL`,
    table: 'trial_user_attributes',
    named: '"key"',
    read: (json) => attributeFromJson(String(json)),
  },
  report: {
    columns: `${boundedColumn('intermediate_value_type')}, intermediate_value`,
    table: 'trial_intermediate_values',
    named: 'step',
    read: (type, value) => fromStoredNumber(value as number | null, String(type)),
  },
};

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
  #ordered(studyId: number, request: PageRequest & { readonly order: StoredKey }): readonly number[] {
    const { order, states, descending, after } = request;
    const { columns, table, named, read } = SOURCES[order.by];
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
      name: nameOf(order),
    })) {
      keyed.push({ id, key: readKey(() => read(first, second, this.#trials), first) });
    }
    keyed.sort((a, b) => compareKeys(a.key, b.key, descending));
    return keyed.map(({ id }) => id);
  }
}

function nameOf(order: StoredKey): string | number | null {
  switch (order.by) {
    case 'value':
      return order.objective;
    case 'report':
      return order.step;
    case 'param':
    case 'userAttr':
      return order.name;
    default:
      return null;
  }
}

/** Reads a figure; undefined where it cannot be read. Reading the trial itself then names the problem. */
function readKey(read: () => JsonValue | undefined, first: Cell): JsonValue | undefined {
  if (first === null) return undefined;
  try {
    return read();
  } catch {
    return undefined;
  }
}
