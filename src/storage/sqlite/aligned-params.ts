import type { Database, Statement } from 'better-sqlite3';
import type { StoredParam } from '../optuna-rows/trial-from-rows.ts';

/** A trial's id, the internal values of its parameters, and 1 if it has the parameters that are looked for. */
type AlignedRow = readonly number[];

/** With more parameters SQLite takes as long to join the rows as JavaScript to go through them. */
const MOST_ALIGNED = 24;

/**
 * Reads the parameters of trials that have the same ones, in the same order and each trial's in successive rows, as
 * declared ones are stored. SQLite then hands over a row for each trial in place of one for each parameter.
 */
export class AlignedParams {
  /** The parameters of each trial, in their order. */
  readonly params: readonly StoredParam[];
  readonly #texts: readonly string[];
  readonly #extent: Statement<[number, number], [count: number, first: number | null, last: number | null]>;
  readonly #rows: Statement<unknown[], AlignedRow>;

  private constructor(db: Database, params: readonly StoredParam[]) {
    this.params = params;
    this.#texts = params.flatMap(({ name, json }) => [name, json]);
    this.#extent = db
      .prepare<[number, number], [number, number | null, number | null]>(
        'SELECT COUNT(*), MIN(rowid), MAX(rowid) FROM trial_params WHERE trial_id BETWEEN ? AND ?',
      )
      .raw();
    const tables = params.map((_, at) => `row_${at}`);
    const joins = tables.slice(1).map((table, at) => {
      return `CROSS JOIN trial_params AS ${table} ON ${table}.rowid = row_0.rowid + ${at + 1}`;
    });
    // The length comes first: it is known without reading a text, which may be of any size.
    const isText = (column: string, text: string) =>
      `octet_length(${column}) = ${Buffer.byteLength(text)} AND ${column} = ?`;
    const checks = tables.flatMap((table, at) => {
      const { name, json } = params[at] as StoredParam;
      const texts = [isText(`${table}.param_name`, name), isText(`${table}.distribution_json`, json)];
      return at === 0 ? texts : [`${table}.trial_id = row_0.trial_id`, ...texts];
    });
    this.#rows = db
      .prepare<unknown[], AlignedRow>(
        `SELECT row_0.trial_id, ${tables.map((table) => `${table}.param_value`).join(', ')}, ${checks.join(' AND ')}
         FROM trial_params AS row_0 ${joins.join(' ')}
         WHERE row_0.rowid BETWEEN ? AND ? AND (row_0.rowid - ?) % ${params.length} = 0 ORDER BY row_0.rowid`,
      )
      .raw();
  }

  /** The reader for trials with these parameters; undefined where they are none, or too many. */
  static of(db: Database, params: readonly StoredParam[]): AlignedParams | undefined {
    return params.length > 0 && params.length <= MOST_ALIGNED ? new AlignedParams(db, params) : undefined;
  }

  /**
   * The rows of the trials whose ids go from one to another, in the order of their ids. Undefined where a trial has
   * other parameters, or rows of others lie between.
   */
  read(from: number, to: number): readonly AlignedRow[] | undefined {
    const { length } = this.params;
    const [count, first, last] = this.#extent.get(from, to) as [number, number | null, number | null];
    if (first === null || last === null) return [];
    if (last - first + 1 !== count || count % length !== 0) return undefined;
    const rows = this.#rows.all(...this.#texts, first, last, first);
    const isRight = rows.length * length === count && rows.every((row) => row[length + 1] === 1);
    if (!isRight) return undefined;
    const isOrdered = rows.every((row, at) => at === 0 || (rows[at - 1]?.[0] as number) < (row[0] as number));
    return isOrdered ? rows : rows.sort((a, b) => (a[0] as number) - (b[0] as number));
  }
}
