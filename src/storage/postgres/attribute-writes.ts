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
  session.run(
    `INSERT INTO ${owner}_${scope}_attributes (${owner}_id, "key", value_json)
     SELECT $1, name, json FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS given (name, json, at) ORDER BY at
     ON CONFLICT (${owner}_id, "key") DO UPDATE SET value_json = excluded.value_json`,
    id,
    ...attributeColumns(attributes),
  );
}

/** The keys of attributes and their JSON, each as an array of PostgreSQL's. */
export function attributeColumns(attributes: Attributes): readonly [keys: readonly string[], json: readonly string[]] {
  const entries = Object.entries(attributes);
  return [entries.map(([key]) => key), entries.map(([key, value]) => attributeToJson(key, value))];
}
