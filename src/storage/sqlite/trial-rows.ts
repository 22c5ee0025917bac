import type { Database, Statement } from 'better-sqlite3';
import type { Distribution } from '../../space/distribution.ts';
import type { FrozenTrial, TrialState } from '../../trial/frozen-trial.ts';
import { LEASE_KEY } from '../lease.ts';
import { Numbering } from '../optuna-rows/numbering.ts';
import { type AttributeRow, type NumberRow, TrialReader } from '../optuna-rows/trial-from-rows.ts';
import { boundedColumn, boundedColumns, LONGEST_TEXT } from './bounded-column.ts';
import { ParamRows } from './param-rows.ts';
import { PartRows, RowsByTrial } from './part-rows.ts';

/** A row of `trials`, and whether a lease stands with it. */
export type TrialHead = readonly [
  id: number,
  number: number,
  state: TrialState,
  startedAt: string | null,
  completedAt: string | null,
  /** 1 if the trial is RUNNING under a lease. */
  isHeld: number,
];

/** The SQL for a trial's number. A number that is missing, as in files of early versions, is counted. */
export const NUMBER_COLUMN = `COALESCE(trials.number, (SELECT COUNT(*) FROM trials AS earlier
  WHERE earlier.study_id = trials.study_id AND earlier.trial_id < trials.trial_id))`;

/** Whether a JSON text is a lease, as `heldLease` has it: a trial that counts as held must be one that is watched. */
const IS_LEASE = [
  "json_type(value_json, '$.holder') = 'text'",
  ...['attempt', 'counter'].flatMap((name) => [
    `json_type(value_json, '$.${name}') = 'integer'`,
    `json_extract(value_json, '$.${name}') BETWEEN 0 AND ${Number.MAX_SAFE_INTEGER}`,
  ]),
  "json_type(value_json, '$.graceMs') IN ('integer', 'real')",
].join(' AND ');

/** The columns of a {@link TrialHead}. */
export const HEAD_COLUMNS = `
  trials.trial_id, ${NUMBER_COLUMN},
  ${['state', 'datetime_start', 'datetime_complete'].map((column) => boundedColumn(`trials.${column}`)).join(', ')},
  octet_length(trials.state) < 8 AND trials.state = 'RUNNING' AND EXISTS (SELECT 1 FROM trial_system_attributes AS attribute
                                       WHERE attribute.trial_id = trials.trial_id AND attribute."key" = '${LEASE_KEY}'
                                       AND octet_length(value_json) <= ${LONGEST_TEXT} AND json_valid(value_json)
                                       AND ${IS_LEASE})`;

/**
 * The number of trials whose rows are read at a time; few enough that the rows are collected while they are young.
 */
export const AT_ONCE = 200;

/**
 * Builds frozen trials from their rows: one query for each table, however many trials there are. To be used within
 * a transaction.
 */
export class TrialRows {
  readonly #heads: Statement<[ids: string], TrialHead>;
  readonly #params: ParamRows;
  readonly #values: PartRows<NumberRow>;
  readonly #intermediate: PartRows<NumberRow>;
  readonly #userAttrs: PartRows<AttributeRow>;
  readonly #systemAttrs: PartRows<AttributeRow>;
  readonly #reader = new TrialReader();
  readonly #numbering = new Numbering();

  constructor(db: Database) {
    this.#heads = db
      .prepare<[string], TrialHead>(
        `SELECT ${HEAD_COLUMNS} FROM json_each(?) AS wanted CROSS JOIN trials ON trial_id = wanted.value
         ORDER BY wanted.key`,
      )
      .raw();
    this.#params = new ParamRows(db);
    const bounded = boundedColumns(db);
    const values = `objective, trial_values.value, ${bounded('value_type')}`;
    this.#values = new PartRows(db, { table: 'trial_values', columns: values, isNumbered: true });
    const reports = `step, intermediate_value, ${bounded('intermediate_value_type')}`;
    this.#intermediate = new PartRows(db, { table: 'trial_intermediate_values', columns: reports, isNumbered: true });
    const attrs = (table: 'trial_user_attributes' | 'trial_system_attributes') =>
      new PartRows<AttributeRow>(db, {
        table,
        columns: `${bounded(`${table}."key"`)}, ${bounded('value_json')}`,
      });
    this.#userAttrs = attrs('trial_user_attributes');
    this.#systemAttrs = attrs('trial_system_attributes');
  }

  /** The heads of those of these trials that exist, in the order of the ids. */
  heads(ids: readonly number[]): readonly TrialHead[] {
    return this.#numbering.known(this.#heads.all(JSON.stringify(ids)));
  }

  /** These heads with corrected numbers, where they follow each other from a study's trial `first` on. */
  numbered(heads: readonly TrialHead[], first: number): readonly TrialHead[] {
    return this.#numbering.inOrder(heads, first);
  }

  /**
   * The trials of these heads, in their order.
   * @param directions the number of directions of their study, where it matters whether a COMPLETE trial has as many
   *   values.
   */
  read(heads: readonly TrialHead[], directions?: number): readonly FrozenTrial[] {
    const trials: FrozenTrial[] = [];
    // A few at a time, so that the rows of a large study are never all in memory.
    for (let from = 0; from < heads.length; from += AT_ONCE) {
      this.#readInto(trials, heads.slice(from, from + AT_ONCE), directions);
    }
    return Object.freeze(trials);
  }

  #readInto(trials: FrozenTrial[], heads: readonly TrialHead[], directions: number | undefined): void {
    const ids = heads.map(([id]) => id);
    const params = this.#params.read(ids);
    const values = new RowsByTrial(this.#values.read(ids));
    const intermediate = new RowsByTrial(this.#intermediate.read(ids));
    const userAttrs = new RowsByTrial(this.#userAttrs.read(ids));
    const systemAttrs = new RowsByTrial(this.#systemAttrs.read(ids));
    for (const [id, number, state, startedAt, completedAt] of heads) {
      trials.push(
        this.#reader.trial({
          id,
          number,
          state,
          startedAt,
          completedAt,
          params: params.take(id),
          values: values.take(id),
          intermediateValues: intermediate.take(id),
          userAttrs: userAttrs.take(id),
          systemAttrs: systemAttrs.take(id),
          directions,
        }),
      );
    }
  }

  /** The distribution of a `distribution_json`; equal texts give the same object. */
  distribution(json: string): Distribution {
    return this.#reader.distribution(json);
  }
}
