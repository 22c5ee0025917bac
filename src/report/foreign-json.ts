import type { JsonValue } from '../base/json.ts';
import type { Attributes } from '../trial/frozen-trial.ts';

// Parts of JSON that a study may have written in any form.

export function objectOf(value: JsonValue | undefined): Attributes {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Attributes) : {};
}

export function arrayOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
