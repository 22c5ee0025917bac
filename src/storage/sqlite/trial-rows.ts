import type { Database, Statement } from 'better-sqlite3';
import type { Distribution } from '../../space/distribution.ts';
import type { FrozenTrial, TrialState } from '../../trial/frozen-trial.ts';
import { LEASE_KEY } from '../lease.ts';
import { type AttributeRow, type NumberRow, type ParamRow, TrialReader } from '../optuna-rows/trial-from-rows.ts';

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

/** The columns of a {@link TrialHead}. */
export const HEAD_COLUMNS = `
  trials.trial_id, ${NUMBER_COLUMN},
  trials.state, trials.datetime_start, trials.datetime_complete,
  trials.state = 'RUNNING' AND EXISTS (SELECT 1 FROM trial_system_attributes AS attribute
                                       WHERE attribute.trial_id = trials.trial_id AND attribute."key" = '${LEASE_KEY}'
                                       AND json_valid(value_json) AND json_type(value_json, '$.holder') = 'text')`;

type IdList = [json: string];

/** A {@link ParamRow} in which a distribution that is known already is replaced with its code. */
type CodedParamRow = readonly [...start: [trialId: number, name: string, internal: number], coded: string | number];
/** The most distributions that have a code. */
const MOST_CODED = 32;

/** The number of trials whose rows are read at a time; few enough that the rows are collected while they are young. */
const AT_ONCE = 200;

/**
 * Builds frozen trials from their rows: one query for each table, however many trials there are. To be used within
 * a transaction.
 */
export class TrialRows {
  readonly #heads: Statement<IdList, TrialHead>;
  readonly #params: Statement<(string | null)[], CodedParamRow>;
  /** The texts of distributions; the code of each is its place here. */
  readonly #texts: string[] = [];
  readonly #values: Statement<IdList, NumberRow>;
  readonly #intermediate: Statement<IdList, NumberRow>;
  readonly #userAttrs: Statement<IdList, AttributeRow>;
  readonly #systemAttrs: Statement<IdList, AttributeRow>;
  readonly #reader = new TrialReader();
  /** By id the numbers of trials whose rows have another number. */
  readonly #numbers = new Map<number, number>();

  constructor(db: Database) {
    // CROSS JOIN keeps the wanted ids in the outer loop, so that the cost depends on them and not on the table.
    const select = <Row, Given extends unknown[] = IdList>(columns: string, table: string, order: string) =>
      db
        .prepare<Given, Row>(
          `SELECT ${columns} FROM json_each(?) AS wanted CROSS JOIN ${table} ON ${table}.trial_id = wanted.value
           ORDER BY wanted.key, ${order}`,
        )
        .raw();
    this.#heads = select<TrialHead>(HEAD_COLUMNS, 'trials', 'trials.trial_id');
    const codes = Array.from({ length: MOST_CODED }, (_, code) => `WHEN ? THEN ${code}`).join(' ');
    this.#params = select(
      `trial_id, param_name, param_value, CASE distribution_json ${codes} ELSE distribution_json END`,
      'trial_params',
      'param_id',
    );
    this.#values = select('trial_id, objective, trial_values.value, value_type', 'trial_values', 'objective');
    this.#intermediate = select(
      'trial_id, step, intermediate_value, intermediate_value_type',
      'trial_intermediate_values',
      'step',
    );
    const attrs = (table: string) =>
      select<AttributeRow>(`trial_id, ${table}."key", value_json`, table, `${table}.rowid`);
    this.#userAttrs = attrs('trial_user_attributes');
    this.#systemAttrs = attrs('trial_system_attributes');
  }

  /** The heads of those of these trials that exist, in the order of the ids. */
  heads(ids: readonly number[]): readonly TrialHead[] {
    const heads = this.#heads.all(JSON.stringify(ids));
    if (this.#numbers.size === 0) return heads;
    return heads.map((head) => {
      const number = this.#numbers.get(head[0]);
      return number === undefined ? head : withNumber(head, number);
    });
  }

  /**
   * These heads with corrected numbers, where they follow each other from a study's trial `first` on: a trial's number
   * is the count of the trials before it, whatever number its row has.
   */
  numbered(heads: readonly TrialHead[], first: number): readonly TrialHead[] {
    if (heads.every((head, at) => head[1] === first + at)) return heads;
    return heads.map((head, at) => {
      if (head[1] === first + at) return head;
      this.#numbers.set(head[0], first + at);
      return withNumber(head, first + at);
    });
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
    const ids = JSON.stringify(heads.map(([id]) => id));
    const params = byTrial(this.#paramRows(ids));
    const values = byTrial(this.#values.all(ids));
    const intermediate = byTrial(this.#intermediate.all(ids));
    const userAttrs = byTrial(this.#userAttrs.all(ids));
    const systemAttrs = byTrial(this.#systemAttrs.all(ids));
    for (const [id, number, state, startedAt, completedAt] of heads) {
      trials.push(
        this.#reader.trial({
          id,
          number,
          state,
          startedAt,
          completedAt,
          params: params.get(id),
          values: values.get(id),
          intermediateValues: intermediate.get(id),
          userAttrs: userAttrs.get(id),
          systemAttrs: systemAttrs.get(id),
          directions,
        }),
      );
    }
  }

  /**
   * The rows of parameters with the texts of distributions, most of which come as codes: thousands of trials share a
   * handful of distributions, whose texts are most of what a study holds.
   */
  #paramRows(ids: string): readonly ParamRow[] {
    const texts = this.#texts;
    const known = Array.from({ length: MOST_CODED }, (_, code) => texts[code] ?? null);
    return this.#params.all(...known, ids).map(([id, name, value, coded]): ParamRow => {
      if (typeof coded === 'number') return [id, name, value, texts[coded] as string];
      if (typeof coded === 'string' && texts.length < MOST_CODED && !texts.includes(coded)) texts.push(coded);
      return [id, name, value, coded];
    });
  }

  /** The distribution of a `distribution_json`; equal texts give the same object. */
  distribution(json: string): Distribution {
    return this.#reader.distribution(json);
  }
}

function withNumber([id, , ...others]: TrialHead, number: number): TrialHead {
  return [id, number, ...others];
}

/** Rows by their trial, which is their first column. */
function byTrial<Row extends readonly [trialId: number, ...unknown[]]>(
  rows: readonly Row[],
): ReadonlyMap<number, Row[]> {
  const groups = new Map<number, Row[]>();
  let group: Row[] = [];
  let id: number | undefined;
  for (const row of rows) {
    if (row[0] !== id) {
      id = row[0];
      group = [];
      groups.set(id, group);
    }
    group.push(row);
  }
  return groups;
}
