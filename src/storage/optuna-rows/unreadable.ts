import { HpoError } from '../../base/errors.ts';
import type { Attributes } from '../../trial/frozen-trial.ts';
import { attributeFromJson } from './attribute-json.ts';

/** The error for rows that hpo cannot read. @param where whose they are: `trial 12 (id 40)`. */
export function unreadable(where: string, cause: unknown): HpoError {
  const problem = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
  return new HpoError('HPO_STORAGE', `The database holds ${where} in a way that hpo cannot read: ${problem}`, {
    cause,
  });
}

/** Attributes from rows of key and JSON text, frozen. @throws TypeError for a text that is no JSON. */
export function readAttributes(rows: readonly (readonly [key: string, json: string])[]): Attributes {
  const attributes = rows.map(([key, json]) => {
    try {
      return [key, attributeFromJson(json)] as const;
    } catch (cause) {
      throw new TypeError(`the attribute ${JSON.stringify(key)} is no JSON`, { cause });
    }
  });
  return Object.freeze(Object.fromEntries(attributes));
}
