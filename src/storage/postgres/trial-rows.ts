import type { Distribution } from '../../space/distribution.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { type HeldLease, heldLease, LEASE_KEY } from '../lease.ts';
import { Numbering } from '../optuna-rows/numbering.ts';
import type { SeenTrials } from '../optuna-rows/seen-trials.ts';
import { type AttributeRow, type NumberRow, type ParamRow, TrialReader } from '../optuna-rows/trial-from-rows.ts';
import { LenientReading } from '../optuna-rows/unreadable.ts';
import { boundedColumn, boundedText, timeColumn } from './columns.ts';
import type { Session } from './session.ts';

/** A row of `trials`, and what shows whether the trial has changed. */
export type TrialHead = readonly [
  id: number,
  number: number,
  state: string,
  startedAt: string | null,
  completedAt: string | null,
  /** The JSON of the lease of a RUNNING trial; null where there is none. */
  lease: string | null,
  /**
   * Differs whenever a trial that is not finished has changed in any of its rows; null for a finished one, and where it
   * was not asked for.
   */
  stamp: string | null,
];

/** The tables of parts that a trial gets before it is finished. */
const CHANGING = ['trial_params', 'trial_intermediate_values', 'trial_user_attributes', 'trial_system_attributes'];

/** Every version of a row has the number of the transaction that wrote it. */
const STAMP = `CASE WHEN trials.state IN ('RUNNING', 'WAITING') THEN concat(trials.xmin, ${CHANGING.map(
  (table) => `' ', (SELECT sum(part.xmin::text::bigint) FROM ${table} AS part WHERE part.trial_id = trials.trial_id)`,
).join(', ')}) END`;

/** The SQL for a trial's number. A number that is missing, as in databases of early versions, is counted. */
export const NUMBER_COLUMN = `COALESCE(trials.number, (SELECT COUNT(*)::int FROM trials AS earlier
  WHERE earlier.study_id = trials.study_id AND earlier.trial_id < trials.trial_id))`;

const HEAD_COLUMNS = (stamp: string) => `trials.trial_id, ${NUMBER_COLUMN}, trials.state::text,
  ${timeColumn('trials.datetime_start')}, ${timeColumn('trials.datetime_complete')},
  CASE WHEN trials.state = 'RUNNING' THEN (SELECT ${boundedColumn('value_json')}
    FROM trial_system_attributes AS attribute
    WHERE attribute.trial_id = trials.trial_id AND attribute."key" = '${LEASE_KEY}') END,
  ${stamp}`;

const HEADS = (stamp: string) =>
  `SELECT ${HEAD_COLUMNS(stamp)} FROM trials WHERE trial_id = ANY($1::int[]) ORDER BY trial_id`;

/** Whether heads come with stamps. */
export type Stamping = 'plain' | 'stamped';
const STAMPS: Readonly<Record<Stamping, string>> = { plain: 'NULL', stamped: STAMP };

/** The number of trials whose rows are read at a time. */
export const AT_ONCE = 1000;

/** A prepared statement keeps the plan of its first uses: small readings and large ones need plans of their own. */
const FEW = 20;

const NEW_HEADS = (stamp: string, limit: number) => `SELECT ${HEAD_COLUMNS(stamp)} FROM trials
  WHERE study_id = $1 AND trial_id > $2 ORDER BY trial_id LIMIT ${limit}`;

const PARTS = {
  params: `SELECT trial_id, param_value, param_name, ${boundedColumn('distribution_json')} FROM trial_params
    WHERE trial_id = ANY($1::int[]) ORDER BY trial_id, param_id`,
  values: `SELECT trial_id, objective, value, value_type::text FROM trial_values
    WHERE trial_id = ANY($1::int[]) ORDER BY trial_id, objective`,
  intermediate: `SELECT trial_id, step, intermediate_value, intermediate_value_type::text FROM trial_intermediate_values
    WHERE trial_id = ANY($1::int[]) ORDER BY trial_id, step`,
  userAttrs: `SELECT trial_id, "key", ${boundedColumn('value_json')} FROM trial_user_attributes
    WHERE trial_id = ANY($1::int[]) ORDER BY trial_id, trial_user_attribute_id`,
  systemAttrs: `SELECT trial_id, "key", ${boundedColumn('value_json')} FROM trial_system_attributes
    WHERE trial_id = ANY($1::int[]) ORDER BY trial_id, trial_system_attribute_id`,
} as const;

/**
 * Builds frozen trials from their rows: one query for each table, however many trials there are. To be used within
 * a transaction.
 */
export class TrialRows {
  readonly #reader = new TrialReader();
  readonly #numbering = new Numbering();

  /** The heads of those of these trials that exist, in the order of the ids. */
  async heads(session: Session, ids: readonly number[], how: Stamping = 'plain'): Promise<readonly TrialHead[]> {
    if (ids.length === 0) return [];
    const found = this.#numbering.known(await session.rows<TrialHead>(sized(HEADS(STAMPS[how]), ids.length), ids));
    const byId = new Map(found.map((head) => [head[0], head]));
    return ids.flatMap((id): TrialHead[] => {
      const head = byId.get(id);
      return head === undefined ? [] : [head];
    });
  }

  /** The heads of a study's trials that a reader has not seen, by number; at most {@link AT_ONCE}. */
  async newHeads(
    session: Session,
    studyId: number,
    { lastId, count }: Pick<SeenTrials, 'lastId' | 'count'>,
    how: Stamping = 'plain',
  ): Promise<readonly TrialHead[]> {
    const limit = lastId === 0 ? AT_ONCE : AT_ONCE - 1; // two statements, each with a plan of its own
    const heads = await session.rows<TrialHead>(NEW_HEADS(STAMPS[how], limit), studyId, lastId);
    return this.#numbering.inOrder(heads, count);
  }

  /**
   * The trials of these heads, in their order.
   * @param directions the number of directions of their study, where it matters whether a COMPLETE trial has as many
   *   values.
   */
  async read(session: Session, heads: readonly TrialHead[], directions?: number): Promise<readonly FrozenTrial[]> {
    const trials: FrozenTrial[] = [];
    for (let from = 0; from < heads.length; from += AT_ONCE) {
      trials.push(...(await this.#readSome(session, heads.slice(from, from + AT_ONCE), directions)));
    }
    return Object.freeze(trials);
  }

  async #readSome(
    session: Session,
    heads: readonly TrialHead[],
    directions: number | undefined,
  ): Promise<readonly FrozenTrial[]> {
    const ids = heads.map(([id]) => id);
    const part = <Row extends readonly [number, ...unknown[]]>(text: string) =>
      session.rows<Row>(sized(text, ids.length), ids);
    const [params, values, intermediate, userAttrs, systemAttrs] = await Promise.all([
      part<[number, number, string, string]>(PARTS.params),
      part<[...NumberRow]>(PARTS.values),
      part<[...NumberRow]>(PARTS.intermediate),
      part<[...AttributeRow]>(PARTS.userAttrs),
      part<[...AttributeRow]>(PARTS.systemAttrs),
    ]);
    const paramsOf = byTrial(
      params.map(([id, internal, name, json]): ParamRow => [id, internal, { name, json: boundedText(json) }]),
    );
    const valuesOf = byTrial(values.map(unsigned));
    const intermediateOf = byTrial(intermediate.map(unsigned));
    const userAttrsOf = byTrial(userAttrs.map(bounded));
    const systemAttrsOf = byTrial(systemAttrs.map(bounded));
    return heads.map(([id, number, state, startedAt, completedAt]) =>
      this.#reader.trial({
        id,
        number,
        state,
        startedAt,
        completedAt,
        params: paramsOf(id),
        values: valuesOf(id),
        intermediateValues: intermediateOf(id),
        userAttrs: userAttrsOf(id),
        systemAttrs: systemAttrsOf(id),
        directions,
      }),
    );
  }

  /** The distribution of a `distribution_json`; equal texts give the same object. */
  distribution(json: string): Distribution {
    return this.#reader.distribution(json);
  }
}

/** The lease of a head; undefined where there is none, or it cannot be read. */
export function storedLease(json: TrialHead[5]): HeldLease | undefined {
  return json === null ? undefined : heldLease(new LenientReading().attributes([[LEASE_KEY, boundedText(json)]]));
}

/** A statement for a number of trials. */
function sized(text: string, count: number): string {
  return count > FEW ? `${text} -- many` : text;
}

function unsigned([id, at, value, type]: NumberRow): NumberRow {
  return [id, at, value === null ? null : value + 0, type];
}

function bounded([id, key, json]: AttributeRow): AttributeRow {
  return [id, key, boundedText(json)];
}

/** The rows of each trial, in their order. */
function byTrial<Row extends readonly [number, ...unknown[]]>(rows: readonly Row[]): (id: number) => readonly Row[] {
  const found = new Map<number, Row[]>();
  for (const row of rows) {
    const own = found.get(row[0]);
    if (own === undefined) found.set(row[0], [row]);
    else own.push(row);
  }
  return (id) => found.get(id) ?? NONE;
}

const NONE: readonly never[] = Object.freeze([]);
