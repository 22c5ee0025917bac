import type { Database } from 'better-sqlite3';
import type { ParamRow, StoredParam } from '../optuna-rows/trial-from-rows.ts';
import { boundedColumn, boundedColumns, LONGEST_TEXT } from './bounded-column.ts';
import { MANY_TRIALS, PartRows } from './part-rows.ts';

type WholeRow = readonly [trialId: number, internal: number, name: string, json: string];
/** The code of its parameter, null where that has none; then the parameter itself. */
type CodedRow = [trialId: number, internal: number, param: number | null | StoredParam];

/** A parameter with a text that is too long to be compared has no code. */
const LONG = `WHEN octet_length(param_name) + octet_length(distribution_json) > ${LONGEST_TEXT} THEN NULL`;

/** With more codes SQLite compares for longer than it takes to hand over the texts. */
const MOST_CODED = 32;

/**
 * Reads the rows of parameters. Hundreds of thousands of them share a handful of names and distributions, whose texts
 * are most of what a study holds: where many trials are read, those of the rows before come as codes.
 */
export class ParamRows {
  readonly #db: Database;
  readonly #whole: PartRows<WholeRow>;
  /** Whether texts may be too long to be read. */
  readonly #isBounded: boolean;
  /** By code. */
  #params: readonly StoredParam[] = [];
  #coded: PartRows<CodedRow> | undefined;

  constructor(db: Database) {
    this.#db = db;
    const bounded = boundedColumns(db);
    this.#isBounded = bounded === boundedColumn;
    this.#whole = this.#partRows(`${bounded('param_name')}, ${bounded('distribution_json')}`);
  }

  /** The rows of these trials, in the order of the ids, those of a trial as they were stored. */
  read(ids: readonly number[]): readonly ParamRow[] {
    if (ids.length < MANY_TRIALS) return this.#readWhole(ids);
    const coded = this.#readCoded(ids);
    if (coded !== undefined) return coded;
    const rows = this.#readWhole(ids);
    this.#encode(rows);
    return rows;
  }

  #readWhole(ids: readonly number[]): readonly ParamRow[] {
    return this.#whole.read(ids).map(([id, internal, name, json]) => [id, internal, { name, json }]);
  }

  /** Undefined where a row has a parameter without a code. */
  #readCoded(ids: readonly number[]): readonly ParamRow[] | undefined {
    const params = this.#params;
    const rows = this.#coded?.read(ids, ...params.flatMap(({ name, json }) => [name, json]));
    if (rows === undefined) return undefined;
    for (const row of rows) {
      if (row[2] === null) return undefined;
      row[2] = params[row[2] as number] as StoredParam; // a second row for each would have to be collected again
    }
    return rows as readonly unknown[] as readonly ParamRow[];
  }

  /** Gives codes to the parameters of rows, and to no others. */
  #encode(rows: readonly ParamRow[]): void {
    this.#params = differentParams(rows);
    const codes = this.#params.map((_, code) => `WHEN param_name = ? AND distribution_json = ? THEN ${code}`);
    this.#coded =
      codes.length === 0
        ? undefined
        : this.#partRows(`CASE ${[...(this.#isBounded ? [LONG] : []), ...codes].join(' ')} END`);
  }

  #partRows<Row extends readonly [number, ...unknown[]]>(columns: string): PartRows<Row> {
    return new PartRows(this.#db, { table: 'trial_params', columns: `param_value, ${columns}` });
  }
}

/** The different parameters of rows; none where they are too many to have codes, or not all are texts. */
function differentParams(rows: readonly ParamRow[]): readonly StoredParam[] {
  const found: StoredParam[] = [];
  for (const [, , param] of rows) {
    if (found.some(({ name, json }) => name === param.name && json === param.json)) continue;
    const isText = typeof param.name === 'string' && typeof param.json === 'string';
    if (!isText || found.length === MOST_CODED) return [];
    found.push(param);
  }
  return found;
}
