/** Any value of JSON, or one of the numbers NaN, Infinity and -Infinity, which Python's `json` writes bare. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

/**
 * The deepest nesting of arrays and objects that is read and written; Python's own `json` gives up at about as much.
 */
const DEEPEST = 1000;

/**
 * JSON as Python writes it: like `JSON.stringify`, but NaN and the infinities stand bare in the text instead of
 * becoming null. Properties that are undefined are left out.
 * @throws RangeError for arrays and objects that nest more than 1,000 deep, as cycles do; TypeError for undefined,
 *   functions, symbols and bigints, as a whole or in an array.
 */
export function stringifyPythonJson(value: JsonValue): string {
  return stringify(value, 0);
}

function stringify(value: JsonValue, depth: number): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0.0' : String(value);
  if (typeof value !== 'object' || value === null) return stringifyAlone(value);
  if (depth === DEEPEST) throw new RangeError(`it nests more than ${DEEPEST} deep`);
  // Array.from() fills the holes of an array, which map() leaves out.
  if (Array.isArray(value)) return `[${Array.from(value, (item) => stringify(item, depth + 1)).join(', ')}]`;
  let members = '';
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    if (members !== '') members += ', ';
    members += `${JSON.stringify(key)}: ${stringify(member as JsonValue, depth + 1)}`;
  }
  return `{${members}}`;
}

function stringifyAlone(value: unknown): string {
  const text: string | undefined = typeof value === 'bigint' ? undefined : JSON.stringify(value);
  if (text === undefined) throw new TypeError(`it holds ${value === undefined ? 'undefined' : `a ${typeof value}`}`);
  return text;
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
const BARE = /-?Infinity|NaN/g;
const REPLACEMENTS: Readonly<Record<string, string>> = {
  Infinity: '1e999', // which JSON.parse reads as Infinity
  '-Infinity': '-1e999',
  NaN: JSON.stringify({ [NAN_KEY]: 0 }),
};

/**
 * Parses the output of {@link stringifyPythonJson} and of Python's `json.dumps`, of any length.
 * @throws SyntaxError for text that is not such JSON, and for arrays and objects that nest more than 1,000 deep, which
 *   could overflow the stack of code that walks through them.
 */
export function parsePythonJson(text: string): JsonValue {
  if (typeof text !== 'string') throw new SyntaxError('it is no text'); // a database may hold anything
  const hasBare = text.includes('NaN') || text.includes('Infinity');
  const value: unknown = JSON.parse(hasBare ? withoutBareNumbers(text) : text);
  // A text of fewer characters cannot nest deeper.
  if (!hasBare && text.length <= DEEPEST) return value as JsonValue;
  return withNaNs(value);
}

/** Replaces NaN and the infinities outside of strings with text that JSON.parse accepts. */
function withoutBareNumbers(text: string): string {
  const parts: string[] = [];
  let at = 0;
  while (at < text.length) {
    const opening = text.indexOf('"', at);
    const end = opening < 0 ? text.length : opening;
    parts.push(text.slice(at, end).replace(BARE, (token) => REPLACEMENTS[token] as string));
    at = endOfString(text, end);
    parts.push(text.slice(end, at));
  }
  return parts.join('');
}

/** The index behind the string that begins at `opening`; the end of the text where the string is never closed. */
function endOfString(text: string, opening: number): number {
  for (let closing = text.indexOf('"', opening + 1); closing >= 0; closing = text.indexOf('"', closing + 1)) {
    let slashes = 0;
    while (text[closing - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return closing + 1;
  }
  return text.length;
}

type Container = Record<string, unknown>;

/**
 * Puts NaN back where its stand-in is in a value from JSON.parse. Goes level by level, since a recursion could
 * overflow.
 */
function withNaNs(value: unknown): JsonValue {
  const root: Container = { value };
  let level = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) throw new SyntaxError(`it nests more than ${DEEPEST} deep`);
    const next: Container[] = [];
    for (const container of level) {
      for (const key of Object.keys(container)) {
        const member = container[key];
        if (typeof member !== 'object' || member === null) continue;
        if (Object.hasOwn(member, NAN_KEY)) container[key] = Number.NaN;
        else next.push(member as Container);
      }
    }
    level = next;
  }
  return root.value as JsonValue;
}
