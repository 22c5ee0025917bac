import type { Attributes } from '../../trial/frozen-trial.ts';
import { attributeToJson } from '../optuna-rows/attribute-json.ts';
import type { AttributeScope } from '../storage.ts';
import type { Session } from './session.ts';

/** Sets attributes of a study or of a trial, replacing earlier values. */
export function writeAttributes(
  session: Session,
  owner: 'study' | 'trial',
  id: number,
  scope: AttributeScope,
  attributes: Attributes,
): void {
  const [first] = Object.keys(attributes);
  if (first === undefined) return;
  session.mark(`${owner}_${scope}_attributes`, id, '"key"', first);
  session.run(attributesSql(owner, scope, { id: '$1' }, '$2', '$3'), id, ...attributeColumns(attributes));
}

/** The owner of rows, as SQL. */
export interface OwnerSql {
  readonly id: string;
  /** The table that `id` is a column of; left out for a parameter. */
  readonly from?: string;
}

/** SQL that sets attributes, by parameters with their keys and their JSON, each an array. */
export function attributesSql(
  owner: 'study' | 'trial',
  scope: AttributeScope,
  { id, from }: OwnerSql,
  keys: string,
  json: string,
): string {
  return `INSERT INTO ${owner}_${scope}_attributes (${owner}_id, "key", value_json)
    SELECT ${id}, name, json FROM ${from === undefined ? '' : `${from}, `}unnest(${keys}::text[], ${json}::text[])
    WITH ORDINALITY AS given (name, json, at) ORDER BY at
    ON CONFLICT (${owner}_id, "key") DO UPDATE SET value_json = excluded.value_json`;
}

/** The keys of attributes and their JSON, each as an array of PostgreSQL's. */
export function attributeColumns(attributes: Attributes): readonly [keys: readonly string[], json: readonly string[]] {
  const entries = Object.entries(attributes);
  return [entries.map(([key]) => key), entries.map(([key, value]) => attributeToJson(key, value))];
}
