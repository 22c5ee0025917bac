import { HpoError } from '../../base/errors.ts';
import { type JsonValue, parsePythonJson, stringifyPythonJson } from '../../base/json.ts';

/**
 * The text under which an attribute's value is stored.
 * @throws HpoError HPO_INVALID_ARGUMENT for a value that JSON cannot hold (a function, a bigint, a cycle), or
 *   that nests more than 1,000 deep.
 */
export function attributeToJson(key: string, value: JsonValue): string {
  let text: string | undefined;
  let cause: unknown;
  try {
    text = stringifyPythonJson(value);
  } catch (error) {
    cause = error; // a value that JSON lacks, or nested too deep, as a cycle is
  }
  if (typeof text === 'string') return text;
  const what =
    cause instanceof RangeError
      ? 'nests more than 1,000 deep or in a cycle'
      : typeof value === 'object'
        ? (cause as Error).message.slice('it '.length)
        : `is ${typeof value}`;
  throw new HpoError(
    'HPO_INVALID_ARGUMENT',
    `The attribute ${JSON.stringify(key)} ${what}, which JSON cannot hold; give strings, numbers, booleans, null, arrays or plain objects.`,
    { data: { key }, cause },
  );
}

/** The value of a stored attribute, frozen throughout. @throws SyntaxError for a text that is not JSON. */
export function attributeFromJson(text: string): JsonValue {
  return deepFreeze(parsePythonJson(text));
}

/**
 * The value of an attribute as it comes back once it is stored: a frozen copy.
 * @throws HpoError HPO_INVALID_ARGUMENT as {@link attributeToJson}.
 */
export function storedCopy(key: string, value: JsonValue): JsonValue {
  return plainCopy(value, PLAIN_DEPTH) ?? attributeFromJson(attributeToJson(key, value));
}

/** Deeper values, and others that are not plain, are copied by way of their JSON. */
const PLAIN_DEPTH = 8;

/** A frozen copy of a plain value; undefined for one that JSON does not hold as it is. */
function plainCopy(value: JsonValue | undefined, depth: number): JsonValue | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  if (typeof value !== 'object' || depth === 0) return undefined;
  if (Array.isArray(value)) {
    const items: JsonValue[] = [];
    for (const item of value as readonly JsonValue[]) {
      const copy = plainCopy(item, depth - 1);
      if (copy === undefined) return undefined;
      items.push(copy);
    }
    return Object.freeze(items);
  }
  const members: Record<string, JsonValue> = {};
  for (const key of Object.keys(value)) {
    const member = (value as Readonly<Record<string, JsonValue | undefined>>)[key];
    if (member === undefined) continue;
    const copy = plainCopy(member, depth - 1);
    if (copy === undefined || key === '__proto__') return undefined;
    members[key] = copy;
  }
  return Object.freeze(members);
}

function deepFreeze(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  for (const member of Object.values(value)) if (member !== undefined) deepFreeze(member);
  return Object.freeze(value);
}
