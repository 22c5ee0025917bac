/** Any value of JSON, or one of the numbers NaN, Infinity and -Infinity, which Python's `json` writes bare. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

/**
 * JSON as Python writes it: like `JSON.stringify`, but NaN and the infinities stand bare in the text instead of
 * becoming null. Properties that are undefined are left out.
 */
export function stringifyPythonJson(value: JsonValue): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0.0' : String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => stringifyPythonJson(item)).join(', ')}]`;
  let members = '';
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    if (members !== '') members += ', ';
    members += `${JSON.stringify(key)}: ${stringifyPythonJson(member as JsonValue)}`;
  }
  return `{${members}}`;
}

/**
 * JSON for any parser: like `JSON.stringify`, but NaN and the infinities, which JSON has no notation for, are the texts
 * "NaN", "Infinity" and "-Infinity" instead of null. Python's `float()` and JavaScript's `Number()` read them.
 *
 * @param indent spaces for each level; by default all is on one line.
 */
export function stringifyNamedNumbers(value: unknown, indent?: number): string {
  return JSON.stringify(value, (_key, each: unknown) => (isOutside(each) ? String(each) : each), indent);
}

/** A number, or one that {@link stringifyNamedNumbers} has named; NaN for anything else. */
export function namedNumber(value: JsonValue | undefined): number {
  if (value === 'Infinity' || value === '-Infinity') return Number(value);
  return typeof value === 'number' ? value : Number.NaN;
}

function isOutside(value: unknown): boolean {
  return typeof value === 'number' && !Number.isFinite(value);
}

const NAN_KEY = '\u0000NaN';
const TOKENS = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g;
const REPLACEMENTS: Readonly<Record<string, string>> = {
  Infinity: '1e999', // which JSON.parse reads as Infinity
  '-Infinity': '-1e999',
  NaN: JSON.stringify({ [NAN_KEY]: 0 }),
};

/**
 * Reads what {@link stringifyPythonJson} and Python's `json.dumps` write.
 * @throws SyntaxError for anything that is not JSON otherwise.
 */
export function parsePythonJson(text: string): JsonValue {
  if (!/NaN|Infinity/.test(text)) return JSON.parse(text) as JsonValue;
  const strict = text.replace(TOKENS, (token) => REPLACEMENTS[token] ?? token);
  return JSON.parse(strict, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && NAN_KEY in value ? Number.NaN : value,
  ) as JsonValue;
}
