import type { Database, Statement } from 'better-sqlite3';
import type { JsonValue } from '../../base/json.ts';
import type { Direction } from '../../trial/direction.ts';
import { attributeFromJson, attributeToJson } from '../optuna-rows/attribute-json.ts';
import { TRIAL_TABLES } from '../optuna-rows/schema.ts';
import { readDirections, studyFromRows } from '../optuna-rows/study-from-rows.ts';
import type { StudyIdentity } from '../optuna-rows/study-identity.ts';
import { storedText, unreadable } from '../optuna-rows/unreadable.ts';
import type { AttributeScope, StudyRecord, StudyTemplate } from '../storage.ts';
import type { StudyRef } from '../study-ref.ts';
import { TOKEN_KEY, withToken } from '../study-ref.ts';
import { boundedColumn, boundedName } from './bounded-column.ts';

type StudyRow = readonly [id: number, name: string];

/** The rows of studies, their directions and attributes. To be used within a transaction. */
export class StudyRows {
  readonly #all: Statement<[], StudyRow>;
  readonly #byName: Statement<[string], StudyRow>;
  readonly #identity: Statement<[number], StudyIdentity>;
  readonly #directions: Statement<[number], string>;
  readonly #attrs: Readonly<Record<AttributeScope, Statement<[number], [key: string, json: string]>>>;
  readonly #insert: Statement<[string]>;
  readonly #rename: Statement<[string, number]>;
  readonly #insertDirection: Statement<[string, number, number]>;
  readonly #attr: Readonly<Record<AttributeScope, Statement<[number, string], string>>>;
  readonly #setAttr: Readonly<Record<AttributeScope, Statement<[number, string, string]>>>;
  readonly #dropAttr: Readonly<Record<AttributeScope, Statement<[number, string]>>>;
  readonly #deletions: readonly Statement<[number]>[];

  constructor(db: Database) {
    this.#all = db
      .prepare<[], StudyRow>(`SELECT study_id, ${boundedName('study_name')} FROM studies ORDER BY study_id`)
      .raw();
    this.#byName = db
      .prepare<[string], StudyRow>(`SELECT study_id, ${boundedName('study_name')} FROM studies WHERE study_name = ?`)
      .raw();
    this.#identity = db.prepare(
      `SELECT ${boundedName('study_name')} AS name, ${boundedColumn('value_json')} AS tokenJson FROM studies LEFT JOIN study_system_attributes AS attribute
       ON attribute.study_id = studies.study_id AND attribute."key" = '${TOKEN_KEY}' WHERE studies.study_id = ?`,
    );
    this.#directions = db
      .prepare<[number], string>(
        `SELECT ${boundedColumn('direction')} FROM study_directions WHERE study_id = ? ORDER BY objective`,
      )
      .pluck();
    const attrs = (scope: AttributeScope) =>
      db
        .prepare<[number], [string, string]>(
          `SELECT ${boundedColumn('"key"')}, ${boundedColumn('value_json')}
           FROM study_${scope}_attributes WHERE study_id = ? ORDER BY study_${scope}_attribute_id`,
        )
        .raw();
    this.#attrs = { user: attrs('user'), system: attrs('system') };
    this.#insert = db.prepare('INSERT INTO studies (study_name) VALUES (?)');
    this.#rename = db.prepare('UPDATE studies SET study_name = ? WHERE study_id = ?');
    this.#insertDirection = db.prepare(
      'INSERT INTO study_directions (direction, study_id, objective) VALUES (?, ?, ?)',
    );
    const setAttr = (scope: AttributeScope) =>
      db.prepare<[number, string, string]>(
        `INSERT INTO study_${scope}_attributes (study_id, "key", value_json) VALUES (?, ?, ?)
         ON CONFLICT (study_id, "key") DO UPDATE SET value_json = excluded.value_json`,
      );
    this.#setAttr = { user: setAttr('user'), system: setAttr('system') };
    const attr = (scope: AttributeScope) =>
      db
        .prepare<[number, string], string>(
          `SELECT ${boundedColumn('value_json')} FROM study_${scope}_attributes WHERE study_id = ? AND "key" = ?`,
        )
        .pluck();
    this.#attr = { user: attr('user'), system: attr('system') };
    const dropAttr = (scope: AttributeScope) =>
      db.prepare<[number, string]>(`DELETE FROM study_${scope}_attributes WHERE study_id = ? AND "key" = ?`);
    this.#dropAttr = { user: dropAttr('user'), system: dropAttr('system') };
    const ofTrials = TRIAL_TABLES.map(
      (table) => `${table} WHERE trial_id IN (SELECT trial_id FROM trials WHERE study_id = ?)`,
    );
    const ofStudy = [
      'trials',
      'study_user_attributes',
      'study_system_attributes',
      'study_directions',
      'studies', // last, since everything else refers to it
    ].map((table) => `${table} WHERE study_id = ?`);
    this.#deletions = [...ofTrials, ...ofStudy].map((rows) => db.prepare(`DELETE FROM ${rows}`));
  }

  /** The study of a name. @throws HpoError HPO_STORAGE if its directions cannot be read. */
  find(name: string): StudyRecord | undefined {
    const row = this.#byName.get(name);
    const record = row && this.#read(row);
    if (record?.directions.length === 0) throw unreadable(`the study ${storedText(name)}`, record.unreadable?.[0]);
    return record;
  }

  list(): readonly StudyRecord[] {
    return Object.freeze(this.#all.all().map((row) => this.#read(row)));
  }

  insert({ name, directions, userAttrs, systemAttrs }: StudyTemplate): void {
    const id = Number(this.#insert.run(name).lastInsertRowid);
    for (const [at, direction] of directions.entries()) this.#insertDirection.run(direction.toUpperCase(), id, at);
    for (const [key, value] of Object.entries(userAttrs ?? {})) {
      this.#setAttr.user.run(id, key, attributeToJson(key, value));
    }
    for (const [key, value] of Object.entries(withToken(systemAttrs))) {
      this.#setAttr.system.run(id, key, attributeToJson(key, value));
    }
  }

  rename(studyId: number, name: string): void {
    this.#rename.run(name, studyId);
  }

  /** One attribute; undefined where there is none. @throws HpoError HPO_STORAGE if it cannot be read. */
  attr({ id, name }: StudyRef, scope: AttributeScope, key: string): JsonValue | undefined {
    const json = this.#attr[scope].get(id, key);
    try {
      return json === undefined ? undefined : attributeFromJson(json);
    } catch (error) {
      throw unreadable(`the attribute ${JSON.stringify(key)} of the study ${JSON.stringify(name)}`, error);
    }
  }

  /** Sets an attribute. @param json the value as JSON; undefined removes the attribute. */
  setAttr(studyId: number, scope: AttributeScope, key: string, json: string | undefined): void {
    if (json === undefined) this.#dropAttr[scope].run(studyId, key);
    else this.#setAttr[scope].run(studyId, key, json);
  }

  delete(studyId: number): void {
    for (const deletion of this.#deletions) deletion.run(studyId);
  }

  /** The name and the token of the study of an id; undefined if there is none. */
  identity(studyId: number): StudyIdentity | undefined {
    return this.#identity.get(studyId);
  }

  directions({ id, name }: StudyRef): readonly Direction[] {
    try {
      return readDirections(this.#directions.all(id));
    } catch (error) {
      throw unreadable(`the study ${JSON.stringify(name)}`, error);
    }
  }

  countDirections(studyId: number): number {
    return this.#directions.all(studyId).length;
  }

  #read([id, name]: StudyRow): StudyRecord {
    return studyFromRows({
      id,
      name,
      directions: this.#directions.all(id),
      userAttrs: this.#attrs.user.all(id),
      systemAttrs: this.#attrs.system.all(id),
    });
  }
}
