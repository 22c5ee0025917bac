import assert from 'node:assert/strict';
import { inspect, isDeepStrictEqual } from 'node:util';
import { isObject } from '../base/is-object.ts';

/** Stands for any value that it accepts, within an expected one. */
class Pattern {
  readonly accepts: (value: unknown) => boolean;
  readonly #text: string;

  constructor(text: string, accepts: (value: unknown) => boolean) {
    this.#text = text;
    this.accepts = accepts;
  }

  [inspect.custom](): string {
    return this.#text;
  }
}

/** The expectations of a value; each throws an `AssertionError` of Node where it is not met. */
export interface Expectation {
  readonly not: Pick<Expectation, 'toBe' | 'toEqual' | 'toHaveProperty'>;
  toBe(expected: unknown): void;
  /** Equal all through, fields that are undefined counting as missing. */
  toEqual(expected: unknown): void;
  /** Equal in the fields that are expected, at any depth. */
  toMatchObject(expected: object): void;
  toBeUndefined(): void;
  toBeInstanceOf(type: abstract new (...args: never[]) => unknown): void;
  toBeGreaterThan(least: number): void;
  toHaveLength(length: number): void;
  toHaveProperty(name: string): void;
  toContain(item: unknown): void;
  toMatch(pattern: RegExp): void;
}

/** @param what names the value in the message of a failure. */
export function expect(actual: unknown, what?: string): Expectation {
  const must = (isSo: boolean, words: string, expected: unknown, operator: string) => {
    if (isSo) return;
    const message = `${what === undefined ? '' : `${what}: `}expected ${inspect(actual, SHOWN)} ${words}`;
    throw new assert.AssertionError({ message, actual, expected, operator });
  };
  const equal = (expected: unknown) => matches(actual, expected, 'whole');
  const has = (name: string) => isObject(actual) && name in actual;
  return {
    not: {
      toBe: (expected) => must(!Object.is(actual, expected), `not to be ${inspect(expected, SHOWN)}`, expected, 'not'),
      toEqual: (expected) => must(!equal(expected), `not to equal ${inspect(expected, SHOWN)}`, expected, 'not'),
      toHaveProperty: (name) => must(!has(name), `not to have \`${name}\``, name, 'not'),
    },
    toBe: (expected) => must(Object.is(actual, expected), `to be ${inspect(expected, SHOWN)}`, expected, 'toBe'),
    toEqual: (expected) => must(equal(expected), `to equal ${inspect(expected, SHOWN)}`, expected, 'toEqual'),
    toMatchObject: (expected) =>
      must(matches(actual, expected, 'part'), `to match ${inspect(expected, SHOWN)}`, expected, 'toMatchObject'),
    toBeUndefined: () => must(actual === undefined, 'to be undefined', undefined, 'toBeUndefined'),
    toBeInstanceOf: (type) => must(actual instanceof type, `to be a ${type.name}`, type, 'toBeInstanceOf'),
    toBeGreaterThan: (least) => must((actual as number) > least, `to be above ${least}`, least, 'toBeGreaterThan'),
    toHaveLength: (length) =>
      must(
        (actual as { length?: unknown } | null)?.length === length,
        `to have ${length} items`,
        length,
        'toHaveLength',
      ),
    toHaveProperty: (name) => must(has(name), `to have \`${name}\``, name, 'toHaveProperty'),
    toContain: (item) =>
      must((actual as readonly unknown[]).includes(item), `to contain ${inspect(item, SHOWN)}`, item, 'toContain'),
    toMatch: (pattern) => must(pattern.test(String(actual)), `to match ${pattern}`, pattern, 'toMatch'),
  };
}

/** Any value of a type: `expect.any(Date)`. */
expect.any = (type: abstract new (...args: never[]) => unknown): unknown => {
  return new Pattern(`any ${type.name}`, (value) => value instanceof type || typeof value === type.name.toLowerCase());
};

/** Any string that matches. */
expect.stringMatching = (pattern: RegExp): unknown => {
  return new Pattern(`text like ${pattern}`, (value) => typeof value === 'string' && pattern.test(value));
};

const SHOWN = { depth: 6, breakLength: 120 } as const;

function matches(actual: unknown, expected: unknown, how: 'whole' | 'part'): boolean {
  if (expected instanceof Pattern) return expected.accepts(actual);
  if (Object.is(actual, expected)) return true;
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return false;
    return expected.every((item, at) => matches(actual[at], item, how));
  }
  if (expected instanceof Map) {
    if (!(actual instanceof Map) || actual.size !== expected.size) return false;
    return [...expected].every(([key, value]) => actual.has(key) && matches(actual.get(key), value, how));
  }
  if (!isPlain(expected) || !isObject(actual) || Array.isArray(actual)) return isDeepStrictEqual(actual, expected);
  const [own, wanted] = [actual, expected].map((each) => each as Readonly<Record<string, unknown>>) as [
    Readonly<Record<string, unknown>>,
    Readonly<Record<string, unknown>>,
  ];
  const names = how === 'whole' ? new Set([...Object.keys(own), ...Object.keys(wanted)]) : Object.keys(wanted);
  return [...names].every((name) => matches(fieldOf(own, name), fieldOf(wanted, name), how));
}

function fieldOf(fields: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function isPlain(value: unknown): boolean {
  if (!isObject(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
