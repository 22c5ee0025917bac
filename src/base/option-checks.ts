import { bounded, LIMITS } from './bounded-text.ts';
import { type ErrorCode, HpoError } from './errors.ts';
import { isObject } from './is-object.ts';
import { ownValue } from './own-value.ts';

/** A kind of value that an option takes. */
export interface OptionKind {
  /** The kind in the words that follow "give" in a message: `a whole number from 1 on`. */
  readonly wanted: string;
  accepts(value: unknown): boolean;
}

/** All fields of an object of options: each with its kind, or `true` where its value is checked elsewhere. */
export type Fields<Options> = Readonly<Record<keyof Options, OptionKind | true>>;

/** Throws `problem`, a sentence that names a wrong value and says how to mend it, with the value as `data`. */
export type Refuse = (problem: string, data?: Readonly<Record<string, unknown>>) => never;

/**
 * Makes the function that refuses wrong options.
 * @param owner begins the message: the function whose options are checked, `tpe()`.
 */
export function refusal(code: ErrorCode, owner: string): Refuse {
  return (problem, data = {}) => {
    throw new HpoError(code, `${owner}: ${problem}`, { data });
  };
}

/**
 * Refuses a field that is not among `fields`, such as a misspelt one, and a value that is not of its field's kind. A
 * field that is undefined counts as left out.
 */
export function checkFields(options: object, fields: Fields<Record<string, unknown>>, refuse: Refuse): void {
  if (!isObject(options)) refuse(`the options are ${shown(options)}; give an object.`);
  for (const [name, value] of Object.entries(options)) {
    const kind = ownValue(fields, name);
    if (kind === undefined) refuse(`there is no \`${name}\`; there are ${Object.keys(fields).join(', ')}.`);
    if (kind !== true && value !== undefined) checkOption(name, value, kind, refuse);
  }
}

/** Refuses a value that is not of its option's kind; undefined is refused, too. */
export function checkOption(name: string, value: unknown, kind: OptionKind, refuse: Refuse): void {
  if (!kind.accepts(value)) refuse(wrongValue(`\`${name}\``, value, kind.wanted), { [name]: value });
}

/** The options with `defaults` for those that are left out or undefined. */
export function withDefaults<Options extends object>(defaults: Options, options: Partial<Options>): Options {
  return { ...defaults, ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) };
}

/** The sentence about a wrong value: "`startupTrials` is -1; give a whole number from 0 on." */
export function wrongValue(what: string, value: unknown, wanted: string): string {
  return `${what} is ${value === undefined ? 'missing' : shown(value)}; give ${wanted}.`;
}

/**
 * A wrong value in few words: strings in quotes, cut where they are long, objects by their kind alone, so that none of
 * their code runs.
 */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(bounded(value, LIMITS.name));
  if (typeof value === 'bigint') return `${bounded(String(value), LIMITS.name)}n`;
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/** Whether a value is a number without a fraction, no greater than 2^53 - 1, from `least` to `most`. */
export function isWholeNumber(value: unknown, least: number, most = Number.MAX_SAFE_INTEGER): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
}

/** A whole number from `least` to `most`. @param most default: the greatest safe integer. */
export function wholeNumberFrom(least: number, most?: number): OptionKind {
  return {
    wanted: `a whole number from ${least} ${most === undefined ? 'on' : `to ${most}`}`,
    accepts: (value) => isWholeNumber(value, least, most),
  };
}

/** Any number from `least` to `most`, both included. */
export function numberFrom(least: number, most: number): OptionKind {
  return {
    wanted: `a number from ${least} to ${most}`,
    accepts: (value) => typeof value === 'number' && value >= least && value <= most,
  };
}

/** A finite number above 0. */
export const positiveNumber: OptionKind = {
  wanted: 'a number above 0',
  accepts: (value) => typeof value === 'number' && Number.isFinite(value) && value > 0,
};

/** A finite number from 0 on. */
export const numberFromZero: OptionKind = {
  wanted: 'a number from 0 on',
  accepts: (value) => value === 0 || positiveNumber.accepts(value),
};

/** A share of something that may be none of it, and is never all: from 0 on, less than 1. */
export const partOfOne: OptionKind = {
  wanted: 'a number from 0 on, less than 1',
  accepts: (value) => typeof value === 'number' && value >= 0 && value < 1,
};

/** A share of something: above 0 and up to 1. */
export const fraction: OptionKind = {
  wanted: 'a number above 0 and up to 1',
  accepts: (value) => typeof value === 'number' && value > 0 && value <= 1,
};

export const flag: OptionKind = { wanted: 'true or false', accepts: (value) => typeof value === 'boolean' };

export const callback: OptionKind = { wanted: 'a function', accepts: (value) => typeof value === 'function' };

export const text: OptionKind = { wanted: 'a string', accepts: (value) => typeof value === 'string' };

export function oneOf(...choices: readonly string[]): OptionKind {
  return {
    wanted: choices.map((choice) => `'${choice}'`).join(' or '),
    accepts: (value) => choices.includes(value as string),
  };
}
