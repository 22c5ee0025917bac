import { HpoError } from '../../base/errors.ts';
import { shown } from '../../base/option-checks.ts';
import type { Attributes } from '../../trial/frozen-trial.ts';
import { attributeFromJson } from './attribute-json.ts';

const LONGEST = 300;

/** HPO_STORAGE: hpo cannot read some rows. @param where the study or trial that they belong to: `trial 12 (id 40)`. */
export function unreadable(where: string, cause: unknown): HpoError {
  const problem = typeof cause === 'string' ? cause : problemOf(cause);
  return new HpoError('HPO_STORAGE', `The database holds ${where} in a way that hpo cannot read: ${problem}`, {
    cause,
  });
}

/** The first line of an error's message, cut if it is long. */
function problemOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return excerpt(message.split('\n', 1)[0] ?? '');
}

function excerpt(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** A stored value in few words. */
export function storedText(value: unknown): string {
  return excerpt(Buffer.isBuffer(value) ? 'a blob' : shown(typeof value === 'string' ? excerpt(value) : value));
}

/** A text that is too long to be read, of which the database's reader has given the number of bytes. */
export function tooLong(bytes: number): string {
  return `a text of ${bytes} bytes, more than hpo reads`;
}

/** Reads parts one by one, each by itself, and notes those that cannot be read. */
export class LenientReading {
  readonly #problems: string[] = [];

  /** The parts that could not be read; undefined where there are none. */
  get problems(): readonly string[] | undefined {
    return this.#problems.length === 0 ? undefined : Object.freeze(this.#problems);
  }

  /** The result of `read`; where it throws, the error is noted and undefined is returned. */
  part<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      this.#problems.push(problemOf(error));
      return undefined;
    }
  }

  /** The rows that can be read, each as `read` gives it. */
  rows<Row, T>(rows: readonly Row[], read: (row: Row) => T): readonly T[] {
    return rows.flatMap((row) => {
      const value = this.part(() => ({ value: read(row) }));
      return value === undefined ? [] : [value.value];
    });
  }

  /** The attributes that can be read, as {@link readAttributes} gives them. */
  attributes(rows: readonly AttributeText[]): Attributes {
    return Object.freeze(Object.fromEntries(this.rows(rows, readAttribute)));
  }
}

/** A row of attributes: its key and its JSON text, unless another program has stored something else. */
export type AttributeText = readonly [key: string, json: string];

/** Attributes from rows of key and JSON text, frozen. @throws TypeError for a text that is not JSON. */
export function readAttributes(rows: readonly AttributeText[]): Attributes {
  return Object.freeze(Object.fromEntries(rows.map(readAttribute)));
}

function readAttribute([key, json]: AttributeText) {
  if (typeof key !== 'string') throw new TypeError(`an attribute's key is ${storedText(key)}`);
  if (typeof json === 'number') throw new TypeError(`the attribute ${storedText(key)} is ${tooLong(json)}`);
  if (typeof json !== 'string') throw new TypeError(`the attribute ${storedText(key)} is ${storedText(json)}`);
  try {
    return [key, attributeFromJson(json)] as const;
  } catch (cause) {
    throw new TypeError(`the attribute ${storedText(key)} is no JSON`, { cause });
  }
}
