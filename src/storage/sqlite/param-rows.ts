import type { Database } from 'better-sqlite3';
import type { ParamRow, StoredParam, TrialParams } from '../optuna-rows/trial-from-rows.ts';
import { AlignedParams } from './aligned-params.ts';
import { boundedColumn, boundedColumns, LONGEST_TEXT } from './bounded-column.ts';
import { isStretch, MANY_TRIALS, PartRows, RowsByTrial } from './part-rows.ts';

type WholeRow = readonly [trialId: number, internal: number, name: string, json: string];
/** The code of its parameter, null where that has none; then the parameter itself. */
type CodedRow = [trialId: number, internal: number, param: number | null | StoredParam];

/** A parameter with a text that is too long to be compared has no code. */
const LONG = `WHEN octet_length(param_name) + octet_length(distribution_json) > ${LONGEST_TEXT} THEN NULL`;

/** With more codes SQLite compares for longer than it takes to hand over the texts. */
const MOST_CODED = 32;

/** The number of times that trials are expected to have the same parameters: each prepares a statement. */
const MOST_LAYOUTS = 8;

/** Hands out the parameters of trials, trial by trial, in the order in which they were asked for. */
export interface ParamsByTrial {
  take(trialId: number): TrialParams;
}

/**
 * Reads the rows of parameters. Hundreds of thousands of them share a handful of names and distributions, whose texts
 * are most of what a study holds: where many trials are read, those of the rows before come as codes, or not at all
 * where trials have the same ones ({@link AlignedParams}).
 */
export class ParamRows {
  readonly #db: Database;
  readonly #whole: PartRows<WholeRow>;
  /** Whether texts may be too long to be read. */
  readonly #isBounded: boolean;
  /** By code. */
  #params: readonly StoredParam[] = [];
  #coded: PartRows<CodedRow> | undefined;
  #aligned: AlignedParams | undefined;
  #layouts = 0;

  constructor(db: Database) {
    this.#db = db;
    const bounded = boundedColumns(db);
    this.#isBounded = bounded === boundedColumn;
    this.#whole = this.#partRows(`${bounded('param_name')}, ${bounded('distribution_json')}`);
  }

  /** The parameters of these trials, in the order of the ids, those of a trial as they were stored. */
  read(ids: readonly number[]): ParamsByTrial {
    if (ids.length < MANY_TRIALS) return new RowsByTrial(this.#readWhole(ids));
    const isAlignable = isStretch(ids);
    const aligned = isAlignable ? this.#readAligned(ids) : undefined;
    if (aligned !== undefined) return aligned;
    let rows = this.#readCoded(ids);
    if (rows === undefined) {
      rows = this.#readWhole(ids);
      this.#encode(rows);
    }
    if (isAlignable) this.#align(rows);
    return new RowsByTrial(rows);
  }

  #readAligned(ids: readonly number[]): ParamsByTrial | undefined {
    const rows = this.#aligned?.read(ids[0] as number, ids.at(-1) as number);
    if (this.#aligned !== undefined && rows !== undefined) return new RowByTrial(this.#aligned.params, rows);
    this.#aligned = undefined;
    return undefined;
  }

  /** Expects that the next trials have the parameters of these rows, where all of their trials have the same. */
  #align(rows: readonly ParamRow[]): void {
    const layout = this.#layouts < MOST_LAYOUTS ? layoutOf(rows) : undefined;
    if (layout === undefined) return;
    this.#layouts++;
    this.#aligned = AlignedParams.of(this.#db, layout);
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

/** The parameters that the trials of these rows have, each in this order; undefined where they have different ones. */
function layoutOf(rows: readonly ParamRow[]): readonly StoredParam[] | undefined {
  const first = rows[0]?.[0];
  const layout = rows.filter(([id]) => id === first).map(([, , param]) => param);
  const isText = layout.every(({ name, json }) => typeof name === 'string' && typeof json === 'string');
  const isUniform = rows.every(([id, , param], at) => {
    const place = at % layout.length;
    return isSame(param, layout[place]) && id === rows[at - place]?.[0];
  });
  return isText && isUniform && rows.length % layout.length === 0 ? layout : undefined;
}

function isSame(param: StoredParam, other: StoredParam | undefined): boolean {
  return param === other || (param.name === other?.name && param.json === other.json);
}

/** Hands out aligned rows. */
class RowByTrial implements ParamsByTrial {
  readonly #params: readonly StoredParam[];
  readonly #rows: readonly (readonly number[])[];
  #next = 0;

  constructor(params: readonly StoredParam[], rows: readonly (readonly number[])[]) {
    this.#params = params;
    this.#rows = rows;
  }

  take(trialId: number): TrialParams {
    while ((this.#rows[this.#next]?.[0] ?? trialId) < trialId) this.#next++; // of trials that are not wanted
    const row = this.#rows[this.#next];
    return row?.[0] === trialId ? { params: this.#params, row } : NONE;
  }
}

const NONE: readonly never[] = [];
