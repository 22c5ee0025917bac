import type { JsonValue } from '../../base/json.ts';
import type { Direction } from '../../trial/direction.ts';
import { attributeFromJson, attributeToJson } from '../optuna-rows/attribute-json.ts';
import { TRIAL_TABLES } from '../optuna-rows/schema.ts';
import { readDirections, studyFromRows } from '../optuna-rows/study-from-rows.ts';
import type { StudyIdentity } from '../optuna-rows/study-identity.ts';
import { type AttributeText, storedText, unreadable } from '../optuna-rows/unreadable.ts';
import type { AttributeScope, StudyRecord, StudyTemplate } from '../storage.ts';
import type { StudyRef } from '../study-ref.ts';
import { TOKEN_KEY, withToken } from '../study-ref.ts';
import { writeAttributes } from './attribute-writes.ts';
import { boundedColumn, boundedText } from './columns.ts';
import type { Session } from './session.ts';

type StudyRow = readonly [id: number, name: string];

/** SQL for the token of a row of `studies`. */
export const TOKEN_COLUMN = `(SELECT ${boundedColumn('value_json')} FROM study_system_attributes AS attribute
  WHERE attribute.study_id = studies.study_id AND attribute."key" = '${TOKEN_KEY}')`;

/** SQL for whether a study has a token, by its id and the token's {@link tokenText}. */
export const hasToken = (id: string, token: string) =>
  `(SELECT value_json FROM study_system_attributes WHERE study_id = ${id} AND "key" = '${TOKEN_KEY}') = ${token}`;

/** A token as hpo stores it. */
export const tokenText = (token: string): string => attributeToJson(TOKEN_KEY, token);

const IDENTITY = `SELECT study_name, ${TOKEN_COLUMN} FROM studies WHERE study_id = $1`;

/**
 * Optuna's processes lock the row when they create a trial, and so does hpo: trials are numbered, and their ids become
 * visible, in one order.
 */
export const STUDY_LOCK = `SELECT txid_current(), study_name FROM studies WHERE study_id = $1 FOR NO KEY UPDATE`;

/** A change of an attribute. */
interface AttrChange {
  readonly scope: AttributeScope;
  readonly key: string;
  /** Its new JSON; null removes it. */
  readonly json: string | null;
  /** The JSON that it must have; null where there must be none. */
  readonly expected: string | null;
}

/** The rows of studies, their directions and attributes. To be used within a transaction. */
export const studyRows = {
  /** The study of a name. @throws HpoError HPO_STORAGE if its directions cannot be read. */
  async find(session: Session, name: string): Promise<StudyRecord | undefined> {
    const [record] = await read(
      session,
      await session.rows<StudyRow>('SELECT study_id, study_name FROM studies WHERE study_name = $1', name),
    );
    if (record?.directions.length === 0) throw unreadable(`the study ${storedText(name)}`, record.unreadable?.[0]);
    return record;
  },

  async list(session: Session): Promise<readonly StudyRecord[]> {
    return read(session, await session.rows<StudyRow>('SELECT study_id, study_name FROM studies ORDER BY study_id'));
  },

  /** Adds a study. @returns false, with nothing added, if its name is taken. */
  async insert(session: Session, { name, directions, userAttrs, systemAttrs }: StudyTemplate): Promise<boolean> {
    const [row] = await session.locked<[number]>(
      `INSERT INTO studies (study_name) VALUES ($1) ON CONFLICT (study_name) DO NOTHING
       RETURNING txid_current(), study_id`,
      name,
    );
    if (row === undefined) return false;
    const [id] = row;
    session.mark('studies', id);
    session.run(
      `INSERT INTO study_directions (direction, study_id, objective)
       SELECT direction::studydirection, $1, at - 1 FROM unnest($2::text[]) WITH ORDINALITY AS given (direction, at)
       ORDER BY at`,
      id,
      directions.map((direction) => direction.toUpperCase()),
    );
    writeAttributes(session, 'study', id, 'user', userAttrs ?? {});
    writeAttributes(session, 'study', id, 'system', withToken(systemAttrs));
    return true;
  },

  /** Gives a study another name. @returns false, with nothing changed, if another study has it. */
  async rename(session: Session, studyId: number, name: string): Promise<boolean> {
    const other = await session.row('SELECT 1 FROM studies WHERE study_name = $1 AND study_id <> $2', name, studyId);
    if (other !== undefined) return false;
    session.mark('studies', studyId);
    session.run('UPDATE studies SET study_name = $1 WHERE study_id = $2', name, studyId);
    return true;
  },

  /** The JSON of one attribute, as {@link boundedColumn} gives it; null where there is none. */
  async attrJson(session: Session, id: number, scope: AttributeScope, key: string): Promise<string | null> {
    const row = await session.row<[string]>(
      `SELECT ${boundedColumn('value_json')} FROM study_${scope}_attributes WHERE study_id = $1 AND "key" = $2`,
      id,
      key,
    );
    return row === undefined ? null : row[0];
  },

  /** One attribute; undefined where there is none. @throws HpoError HPO_STORAGE if it cannot be read. */
  async attr(
    session: Session,
    { id, name }: StudyRef,
    scope: AttributeScope,
    key: string,
  ): Promise<JsonValue | undefined> {
    const json = await studyRows.attrJson(session, id, scope, key);
    try {
      return json === null ? undefined : attributeFromJson(json);
    } catch (error) {
      throw unreadable(`the attribute ${JSON.stringify(key)} of the study ${JSON.stringify(name)}`, error);
    }
  },

  /**
   * Sets an attribute, or removes it, in one round trip, with a lock that no client holds.
   * @returns whether that is done, the identity of the study and the attribute's JSON, as they stand then.
   */
  async replaceAttr(
    session: Session,
    { id, token }: { readonly id: number; readonly token: string },
    { scope, key, json, expected }: AttrChange,
  ): Promise<{ readonly isSet: boolean; readonly identity: StudyIdentity | undefined; readonly json: string | null }> {
    const table = `study_${scope}_attributes`;
    const known = `(SELECT value_json FROM ${table} WHERE study_id = $1 AND "key" = $2)`;
    const condition = `${known} IS NOT DISTINCT FROM $3::text AND ${hasToken('$1', '$4')}`;
    const sql =
      json === null
        ? `DELETE FROM ${table} WHERE study_id = $1::int AND "key" = $2::text AND ${condition} RETURNING 1`
        : `INSERT INTO ${table} (study_id, "key", value_json) SELECT $1::int, $2::text, $5::text WHERE ${condition}
           ON CONFLICT (study_id, "key") DO UPDATE SET value_json = excluded.value_json RETURNING 1`;
    const [, rows, identity, current] = await Promise.all([
      session.locked(STUDY_LOCK, id),
      session.rows(sql, id, key, expected, tokenText(token), ...(json === null ? [] : [json])),
      studyRows.identity(session, id),
      studyRows.attrJson(session, id, scope, key),
    ]);
    return { isSet: rows.length > 0, identity, json: boundedText(current) };
  },

  /** Sets an attribute; undefined removes it. */
  setAttr(session: Session, studyId: number, scope: AttributeScope, key: string, value: JsonValue | undefined): void {
    if (value !== undefined) writeAttributes(session, 'study', studyId, scope, { [key]: value });
    else session.run(`DELETE FROM study_${scope}_attributes WHERE study_id = $1 AND "key" = $2`, studyId, key);
  },

  delete(session: Session, studyId: number): void {
    for (const table of TRIAL_TABLES) {
      session.run(
        `DELETE FROM ${table} AS part USING trials WHERE part.trial_id = trials.trial_id AND study_id = $1`,
        studyId,
      );
    }
    // The studies last, since everything else refers to them.
    for (const table of ['trials', 'study_user_attributes', 'study_system_attributes', 'study_directions', 'studies']) {
      session.run(`DELETE FROM ${table} WHERE study_id = $1`, studyId);
    }
  },

  /** The name and the token of the study of an id; undefined if there is none. */
  async identity(session: Session, studyId: number): Promise<StudyIdentity | undefined> {
    const row = await session.row<[string, string | null]>(IDENTITY, studyId);
    return row && { name: row[0], tokenJson: boundedText(row[1]) };
  },

  /** The identity of a study, whose row is locked until the end of the transaction. */
  async lock(session: Session, studyId: number): Promise<StudyIdentity | undefined> {
    // Two statements: what a single one reads may be older than its lock.
    const [locked, identity] = await Promise.all([
      session.locked(STUDY_LOCK, studyId),
      studyRows.identity(session, studyId),
    ]);
    return locked.length === 0 ? undefined : identity;
  },

  async directions(session: Session, { id, name }: StudyRef): Promise<readonly Direction[]> {
    const rows = await session.rows<[string]>(
      'SELECT direction::text FROM study_directions WHERE study_id = $1 ORDER BY objective',
      id,
    );
    try {
      return readDirections(rows.map(([direction]) => direction));
    } catch (error) {
      throw unreadable(`the study ${JSON.stringify(name)}`, error);
    }
  },
};

/** The studies of these rows, in their order. */
async function read(session: Session, rows: readonly StudyRow[]): Promise<readonly StudyRecord[]> {
  if (rows.length === 0) return Object.freeze([]);
  const ids = rows.map(([id]) => id);
  const attrs = (scope: AttributeScope) =>
    session.rows<[number, ...AttributeText]>(
      `SELECT study_id, "key", ${boundedColumn('value_json')} FROM study_${scope}_attributes
       WHERE study_id = ANY($1::int[]) ORDER BY study_${scope}_attribute_id`,
      ids,
    );
  const [directions, userAttrs, systemAttrs] = await Promise.all([
    session.rows<[number, string]>(
      'SELECT study_id, direction::text FROM study_directions WHERE study_id = ANY($1::int[]) ORDER BY objective',
      ids,
    ),
    attrs('user'),
    attrs('system'),
  ]);
  const texts = (all: readonly (readonly [number, ...AttributeText])[], id: number) =>
    all.flatMap(([studyId, key, json]): AttributeText[] => (studyId === id ? [[key, boundedText(json)]] : []));
  return Object.freeze(
    rows.map(([id, name]) =>
      studyFromRows({
        id,
        name,
        directions: directions.flatMap(([studyId, direction]) => (studyId === id ? [direction] : [])),
        userAttrs: texts(userAttrs, id),
        systemAttrs: texts(systemAttrs, id),
      }),
    ),
  );
}
