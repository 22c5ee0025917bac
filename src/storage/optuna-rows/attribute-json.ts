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

function deepFreeze(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  for (const member of Object.values(value)) if (member !== undefined) deepFreeze(member);
  return Object.freeze(value);
}
