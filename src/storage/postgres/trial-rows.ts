import type { Distribution } from '../../space/distribution.ts';
import type { FrozenTrial } from '../../trial/frozen-trial.ts';
import { METRICS_PREFIX } from '../../trial/reported-metrics.ts';
import { type HeldLease, heldLease, LEASE_KEY } from '../lease.ts';
import { Numbering } from '../optuna-rows/numbering.ts';
import type { SeenTrials } from '../optuna-rows/seen-trials.ts';
import { type AttributeRow, type NumberRow, type ParamRow, TrialReader } from '../optuna-rows/trial-from-rows.ts';
import { LenientReading } from '../optuna-rows/unreadable.ts';
import { boundedColumn, boundedText, timeColumn } from './columns.ts';
import type { Session, SqlValue } from './session.ts';

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

const sumOf = (table: string, which = '') =>
  `(SELECT sum(part.xmin::text::bigint) FROM ${table} AS part WHERE part.trial_id = trials.trial_id${which})`;

const stampOf = (sums: readonly string[]) =>
  `CASE WHEN trials.state IN ('RUNNING', 'WAITING') THEN concat(trials.xmin, ${sums.map((sum) => `' ', ${sum}`).join(', ')}) END`;

/** Every version of a row has the number of the transaction that wrote it. */
const STAMP = stampOf(CHANGING.map((table) => sumOf(table)));

/** The stamp for a reader who uses the reports of some trials alone, whose ids are the fourth parameter. */
const LEAN_STAMP = `CASE WHEN trials.trial_id = ANY($4::int[]) THEN ${STAMP} ELSE ${stampOf([
  sumOf('trial_params'),
  sumOf('trial_user_attributes'),
  sumOf('trial_system_attributes', ` AND NOT starts_with(part."key", '${METRICS_PREFIX}')`),
])} END`;

/** The SQL for a trial's number. A number that is missing, as in databases of early versions, is counted. */
export const NUMBER_COLUMN = `COALESCE(trials.number, (SELECT COUNT(*)::int FROM trials AS earlier
  WHERE earlier.study_id = trials.study_id AND earlier.trial_id < trials.trial_id))`;

/** The number of trials whose rows are read at a time. */
export const AT_ONCE = 1000;

const HEAD_COLUMNS = (stamp: string) => `trials.trial_id, ${NUMBER_COLUMN}, trials.state::text,
  ${timeColumn('trials.datetime_start')}, ${timeColumn('trials.datetime_complete')},
  CASE WHEN trials.state = 'RUNNING' THEN (SELECT ${boundedColumn('value_json')}
    FROM trial_system_attributes AS attribute
    WHERE attribute.trial_id = trials.trial_id AND attribute."key" = '${LEASE_KEY}') END,
  ${stamp}`;

const HEADS = (stamp: string) => `SELECT ${HEAD_COLUMNS(stamp)} FROM trials WHERE trial_id = ANY($1::int[])`;

/** Some trials, and the first ones of a study after one. */
const HEADS_AND_NEW = (stamp: string) => `${HEADS(stamp)} UNION ALL
  (SELECT ${HEAD_COLUMNS(stamp)} FROM trials WHERE study_id = $2 AND trial_id > $3 ORDER BY trial_id LIMIT ${AT_ONCE})`;

/**
 * Whether heads come with stamps, and of which trials these show the reports, too: of all, or of those with some ids.
 */
export type Stamping = 'plain' | 'stamped' | { readonly reportsOf: readonly number[] };

/** The kinds of parts of trials, as {@link PARTS} numbers them. */
const PARAM = 0;
const VALUE = 1;
const REPORT = 2;
const USER_ATTR = 3;
const SYSTEM_ATTR = 4;

/** A row of a part: its place among the parts of the trial, a number and two texts. */
type PartRow = readonly [
  kind: number,
  trialId: number,
  at: number,
  number: number | null,
  first: string,
  second: string | null,
];

/** SQL for the rows of the parts of trials, those of a kind together, by the SQL for an array of the trials' ids. */
const PARTS = (ids: string) => `
  SELECT ${PARAM}, trial_id, param_id, param_value, param_name, ${boundedColumn('distribution_json')}
    FROM trial_params WHERE trial_id = ANY(${ids}) UNION ALL
  SELECT ${VALUE}, trial_id, objective, value, value_type::text, NULL
    FROM trial_values WHERE trial_id = ANY(${ids}) UNION ALL
  SELECT ${REPORT}, trial_id, step, intermediate_value, intermediate_value_type::text, NULL
    FROM trial_intermediate_values WHERE trial_id = ANY(${ids}) UNION ALL
  SELECT ${USER_ATTR}, trial_id, trial_user_attribute_id, NULL, "key", ${boundedColumn('value_json')}
    FROM trial_user_attributes WHERE trial_id = ANY(${ids}) UNION ALL
  SELECT ${SYSTEM_ATTR}, trial_id, trial_system_attribute_id, NULL, "key", ${boundedColumn('value_json')}
    FROM trial_system_attributes WHERE trial_id = ANY(${ids})
  ORDER BY 1, 2, 3`;

const GIVEN = '$1::int[]';

/** The kind of a head among the rows of a look: its state, its times, its lease and its stamp as a JSON array. */
const HEAD = 5;

/**
 * The heads and the parts of some trials whose stamps are not as given, and of the first ones of a study after one.
 * @param stamps the SQL for the array of the stamps.
 */
const LOOK = (stamp: string, stamps: string) => `WITH heads (id, number, state, started, completed, lease, stamp) AS (
    ${HEADS_AND_NEW(stamp)}),
  changed AS MATERIALIZED (SELECT heads.* FROM heads LEFT JOIN unnest($1::int[], ${stamps}) AS known (id, stamp) USING (id)
    WHERE heads.stamp IS NULL OR heads.stamp IS DISTINCT FROM known.stamp)
  SELECT ${HEAD}, id, number, NULL::float8, json_build_array(state, started, completed, lease, stamp)::text, NULL
    FROM changed UNION ALL ${PARTS('ARRAY(SELECT id FROM changed)')}`;

const LEAN_LOOK = LOOK(LEAN_STAMP, '$5::text[]');
const FULL_LOOK = LOOK(STAMP, '$4::text[]');

/** The part of a {@link TrialHead} behind its number. */
type HeadTexts = readonly [string, string | null, string | null, string | null, string | null];

/** Trials that have changed. */
interface Changed {
  readonly heads: readonly TrialHead[];
  /** The trials of some of these heads. */
  readonly trials: (of: readonly TrialHead[], directions: number) => readonly FrozenTrial[];
}

/** The rows of the parts of trials. */
interface Parts {
  readonly params: (id: number) => readonly ParamRow[];
  readonly values: (id: number) => readonly NumberRow[];
  readonly intermediate: (id: number) => readonly NumberRow[];
  readonly userAttrs: (id: number) => readonly AttributeRow[];
  readonly systemAttrs: (id: number) => readonly AttributeRow[];
}

/**
 * Builds frozen trials from their rows: one query for their heads and one for their parts, however many there are. To be
 * used within a transaction.
 */
export class TrialRows {
  readonly #reader = new TrialReader();
  readonly #numbering = new Numbering();

  /** The heads of those of these trials that exist, in the order of the ids. */
  async heads(session: Session, ids: readonly number[]): Promise<readonly TrialHead[]> {
    if (ids.length === 0) return [];
    const found = this.#numbering.known(await session.rows<TrialHead>(HEADS('NULL'), ids));
    const byId = new Map(found.map((head) => [head[0], head]));
    return ids.flatMap((id): TrialHead[] => {
      const head = byId.get(id);
      return head === undefined ? [] : [head];
    });
  }

  /**
   * The heads of a study's trials that were not finished when they were seen, and of those that were not seen, at most
   * {@link AT_ONCE}; each by number.
   */
  async changeable(
    session: Session,
    studyId: number,
    { lastId, count, unfinished }: SeenTrials,
    how: Stamping,
  ): Promise<{ readonly known: readonly TrialHead[]; readonly fresh: readonly TrialHead[] }> {
    const isLean = typeof how === 'object';
    const sql = HEADS_AND_NEW(isLean ? LEAN_STAMP : how === 'stamped' ? STAMP : 'NULL');
    const values = [[...unfinished.keys()], studyId, lastId, ...(isLean ? [how.reportsOf] : [])];
    const heads = [...(await session.rows<TrialHead>(sql, ...values))];
    heads.sort((a, b) => a[0] - b[0]);
    const firstFresh = heads.findIndex(([id]) => id > lastId);
    const known = firstFresh < 0 ? heads : heads.slice(0, firstFresh);
    const fresh = firstFresh < 0 ? [] : heads.slice(firstFresh);
    return { known: this.#numbering.known(known), fresh: this.#numbering.inOrder(fresh, count) };
  }

  /**
   * The trials of these heads, in their order.
   * @param directions the number of directions of their study, where it matters whether a COMPLETE trial has as many
   *   values.
   */
  async read(session: Session, heads: readonly TrialHead[], directions?: number): Promise<readonly FrozenTrial[]> {
    const trials: FrozenTrial[] = [];
    for (let from = 0; from < heads.length; from += AT_ONCE) {
      const some = heads.slice(from, from + AT_ONCE);
      const ids = some.map(([id]) => id);
      trials.push(...this.join(some, await readParts(session, GIVEN, ids), directions));
    }
    return Object.freeze(trials);
  }

  /** One trial, in one round trip; none where it does not exist. */
  async readOne(session: Session, id: number): Promise<readonly FrozenTrial[]> {
    const [heads, parts] = await Promise.all([this.heads(session, [id]), readParts(session, GIVEN, [id])]);
    return this.join(heads, parts, undefined);
  }

  /**
   * The trials of a study that are new, or whose stamps are not these, by number, with their heads.
   * @returns undefined where there are more new ones than are read at a time.
   */
  async changed(
    session: Session,
    studyId: number,
    { lastId, count, unfinished }: SeenTrials,
    stamps: ReadonlyMap<number, string>,
    how: Exclude<Stamping, 'plain'>,
  ): Promise<Changed | undefined> {
    const ids = [...unfinished.keys()];
    const isLean = typeof how === 'object';
    const sql = isLean ? LEAN_LOOK : FULL_LOOK;
    const values = [ids, studyId, lastId, ...(isLean ? [how.reportsOf] : []), ids.map((id) => stamps.get(id) ?? null)];
    const rows = await session.rows<PartRow>(sql, ...values);
    const heads = rows.flatMap(([kind, id, number, , json]): TrialHead[] =>
      kind === HEAD ? [[id, number, ...(JSON.parse(json) as HeadTexts)]] : [],
    );
    const fresh = heads.filter(([id]) => id > lastId);
    if (fresh.length === AT_ONCE) return undefined;
    const known = heads.slice(0, heads.length - fresh.length);
    const parts = partsOf(rows);
    return {
      heads: [...this.#numbering.known(known), ...this.#numbering.inOrder(fresh, count)],
      trials: (of, directions) => this.join(of, parts, directions),
    };
  }

  /** The trials of these heads, whose parts have been read. */
  join(heads: readonly TrialHead[], parts: Parts, directions: number | undefined): readonly FrozenTrial[] {
    return heads.map(([id, number, state, startedAt, completedAt]) =>
      this.#reader.trial({
        id,
        number,
        state,
        startedAt,
        completedAt,
        params: parts.params(id),
        values: parts.values(id),
        intermediateValues: parts.intermediate(id),
        userAttrs: parts.userAttrs(id),
        systemAttrs: parts.systemAttrs(id),
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

/** Reads parts by one statement. @param ids the SQL for the ids of the trials, with its values. */
async function readParts(session: Session, ids: string, ...given: readonly SqlValue[]): Promise<Parts> {
  return partsOf(await session.rows<PartRow>(PARTS(ids), ...given));
}

function partsOf(rows: readonly PartRow[]): Parts {
  const kinds: PartRow[][] = [[], [], [], [], []];
  for (const row of rows) kinds[row[0]]?.push(row);
  const of = <T>(kind: number, read: (row: PartRow) => T) => byTrial(kinds[kind] ?? [], read);
  return {
    params: of(PARAM, ([, id, , internal, name, json]): ParamRow => {
      return [id, internal as number, { name, json: boundedText(json as string) }];
    }),
    values: of(VALUE, numberRow),
    intermediate: of(REPORT, numberRow),
    userAttrs: of(USER_ATTR, attributeRow),
    systemAttrs: of(SYSTEM_ATTR, attributeRow),
  };
}

function numberRow([, id, at, value, type]: PartRow): NumberRow {
  return [id, at, value === null ? null : value + 0, type]; // zero has no sign
}

function attributeRow([, id, , , key, json]: PartRow): AttributeRow {
  return [id, key, boundedText(json as string)];
}

/** The rows of each trial, in their order. */
function byTrial<T>(rows: readonly PartRow[], read: (row: PartRow) => T): (id: number) => readonly T[] {
  const found = new Map<number, T[]>();
  for (const row of rows) {
    const own = found.get(row[1]);
    if (own === undefined) found.set(row[1], [read(row)]);
    else own.push(read(row));
  }
  return (id) => found.get(id) ?? NONE;
}

const NONE: readonly never[] = Object.freeze([]);
