import type { Options } from 'yargs';
import { HpoError } from '../base/errors.ts';
import { DEFAULT_STORAGE } from '../storage/default-storage.ts';

/** A yargs option that takes one text and turns it into a number; anything else is refused in one line. */
export function wholeNumber(name: string, least: number, describe: string, most = Number.MAX_SAFE_INTEGER) {
  return option(describe, (text) => {
    const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
    const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} on` : `from ${least} to ${most}`;
    throw new HpoError('HPO_INVALID_ARGUMENT', `--${name} takes a whole number ${range}, not '${text}'.`);
  });
}

/** As {@link wholeNumber}, for a number of seconds above 0. */
export function seconds(name: string, describe: string) {
  return option(describe, (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isFinite(value) && value > 0) return value;
    throw new HpoError('HPO_INVALID_ARGUMENT', `--${name} takes a number of seconds above 0, not '${text}'.`);
  });
}

/** What yargs has of an option that takes one text: several where it is given several times. */
type OneOrMore = string | readonly string[];

/** The last one counts of an option that is given several times. */
export function last<T>(value: T | readonly T[]): T {
  return Array.isArray(value) ? value.at(-1) : (value as T);
}

function option(describe: string, parse: (text: string) => number) {
  return {
    type: 'string',
    requiresArg: true,
    describe,
    coerce: (value: OneOrMore | undefined) => (value === undefined ? undefined : parse(String(last(value)))),
  } as const satisfies Options;
}

/** An option that takes one text, the last one where it is given twice. */
export function text(describe: string) {
  return {
    type: 'string',
    requiresArg: true,
    describe,
    coerce: (value: OneOrMore | undefined): string | undefined => (value === undefined ? undefined : last(value)),
  } as const satisfies Options;
}

/** `--storage`: where the studies are kept. */
export const storageOption = {
  type: 'string',
  requiresArg: true,
  describe: 'the database: sqlite:///file.db, or the path of an SQLite file',
  default: DEFAULT_STORAGE,
  coerce: (value: OneOrMore): string => last(value),
} as const satisfies Options;

/** `--set name=value`, as often as needed. */
export function setOption(describe: string) {
  return {
    type: 'string',
    requiresArg: true,
    describe,
    default: [] as readonly string[],
    defaultDescription: 'none',
    coerce: (value: OneOrMore): readonly string[] => [value].flat(),
  } as const satisfies Options;
}

const BACKENDS = ['auto', 'tensorflow', 'webgpu', 'wasm', 'cpu'] as const;
type Backend = (typeof BACKENDS)[number];

/** `--backend`: what `hpo/tfjs` computes with. */
export const backendOption = {
  choices: BACKENDS,
  requiresArg: true,
  coerce: (value: Backend | readonly Backend[]): Backend => last(value),
  describe: 'what to train with (for studies that use hpo/tfjs); auto takes the best there is',
} as const;

/** `--gpus 0,1`: which GPUs the workers take in turn. */
export const gpusOption = {
  type: 'string',
  requiresArg: true,
  describe: 'which GPUs the workers take in turn, by number: 0,1 (default: the one that the backend prefers)',
  coerce: (value: OneOrMore | undefined): readonly number[] | undefined => {
    if (value === undefined) return undefined;
    const numbers = last(value).split(',');
    if (numbers.every((number) => /^\d+$/.test(number))) return numbers.map(Number);
    throw new HpoError('HPO_INVALID_ARGUMENT', `--gpus takes numbers of GPUs, such as 0,1, not '${last(value)}'.`);
  },
} as const satisfies Options;

/** The environment in which workers find the backend that was named. */
export function backendEnvironment(backend: string | undefined): Readonly<Record<string, string>> {
  return backend === undefined ? {} : { HPO_BACKEND: backend };
}
