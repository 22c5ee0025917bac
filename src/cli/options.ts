import type { Options } from 'yargs';
import { HpoError } from '../base/errors.ts';
import { type OptionKind, positiveNumber, wholeNumberFrom, wrongValue } from '../base/option-checks.ts';
import { visibleGpus } from '../machine/visible-gpus.ts';
import { defaultStorage } from '../storage/default-storage.ts';
import { OF_STUDY, PART_NAMES } from '../study/named-parts.ts';

/** A yargs option that takes a whole number in decimal digits. */
export function wholeNumber(name: string, least: number, describe: string, most?: number) {
  return numberOption(name, describe, wholeNumberFrom(least, most), /^[+-]?\d+$/);
}

/** A yargs option that takes a number of seconds above 0. */
export function seconds(name: string, describe: string) {
  return numberOption(name, describe, { ...positiveNumber, wanted: 'a number of seconds above 0' }, /\S/);
}

/** A yargs option that takes a number of seconds from 0 on. @param most the largest number. */
export function secondsFromZero(name: string, most: number, describe: string) {
  const accepts = (value: unknown) => typeof value === 'number' && value >= 0 && value <= most;
  return numberOption(name, describe, { wanted: `a number of seconds from 0 to ${most}`, accepts }, /\S/);
}

/** The value that yargs gives to an option of one text: a list where it is given several times. */
type OneOrMore = string | readonly string[];

/** The value of an option; the last one where it is given several times. */
export function last<T>(value: T | readonly T[]): T {
  return Array.isArray(value) ? value.at(-1) : (value as T);
}

/** A yargs option that takes a number. @param written matches the texts that are numbers. */
function numberOption(name: string, describe: string, kind: OptionKind, written: RegExp) {
  return {
    type: 'string',
    requiresArg: true,
    describe,
    coerce: (value: OneOrMore | undefined): number | undefined => {
      if (value === undefined) return undefined;
      const text = last(value);
      const number = written.test(text) ? Number(text) : Number.NaN;
      if (kind.accepts(number)) return number;
      throw new HpoError('HPO_INVALID_ARGUMENT', wrongValue(`--${name}`, text, kind.wanted));
    },
  } as const satisfies Options;
}

/** A yargs option that takes one text, the last one where it is given several times. */
export function text(describe: string) {
  return {
    type: 'string',
    requiresArg: true,
    describe,
    coerce: (value: OneOrMore | undefined): string | undefined => (value === undefined ? undefined : last(value)),
  } as const satisfies Options;
}

/** `--storage`: the database of the studies. */
export const storageOption = {
  type: 'string',
  requiresArg: true,
  describe: 'the database: sqlite:///file.db, the path of an SQLite file, or postgresql://host/database',
  get default(): string {
    return defaultStorage();
  },
  defaultDescription: 'HPO_STORAGE, else sqlite:///hpo.db', // the variable may hold a password
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

/** `--checkpoints DIR`: the folder for the checkpoints of trials. */
export const checkpointsOption = text(
  'the folder for the checkpoints of trials, shared by all machines that run them (default: runs/<study>/checkpoints)',
);

/** `--keep-checkpoints`: keep the checkpoints of all finished trials. */
export const keepCheckpointsOption = {
  type: 'boolean',
  default: false,
  describe: 'keep the checkpoints of all finished trials (default: those of the best and of the last failed one)',
} as const satisfies Options;

/** `--new-params`: continue a study whose trials have other parameters than its space. */
export const newParamsOption = {
  type: 'boolean',
  default: false,
  describe: 'continue although parameters were added, removed or renamed: earlier trials count for those they have',
} as const satisfies Options;

/** `--sampler`, `--pruner`: the part of a study that stands in place of the file's. */
export function partOption<P extends keyof typeof PART_NAMES>(part: P) {
  type Name = (typeof PART_NAMES)[P][number];
  return {
    choices: PART_NAMES[part] as readonly Name[],
    requiresArg: true,
    coerce: (value: Name | readonly Name[]): Name => last(value),
    describe: `the ${part} from now on, in place of that of the file; ${OF_STUDY}: that of the file`,
  } as const;
}

const BACKENDS = ['auto', 'tensorflow', 'webgpu', 'wasm', 'cpu'] as const;
type Backend = (typeof BACKENDS)[number];

/** `--backend`: the backend of `hpo/tfjs`. */
export const backendOption = {
  choices: BACKENDS,
  requiresArg: true,
  coerce: (value: Backend | readonly Backend[]): Backend => last(value),
  describe: 'the backend to train with (for studies that use hpo/tfjs); auto takes the best one',
} as const;

/** `--gpus 0,1` or `--gpus all`: the GPUs that the workers take in turn, which {@link gpusOf} finds. */
export const gpusOption = {
  type: 'string',
  requiresArg: true,
  describe:
    'the GPUs that the workers take in turn: numbers, such as 0,1, or all that this process may use (default: the one that the backend prefers)',
  coerce: (value: OneOrMore | undefined): readonly number[] | 'all' | undefined => {
    if (value === undefined) return undefined;
    if (last(value) === 'all') return 'all';
    const numbers = last(value).split(',');
    if (numbers.every((number) => /^\d+$/.test(number))) return numbers.map(Number);
    throw new HpoError(
      'HPO_INVALID_ARGUMENT',
      wrongValue('--gpus', last(value), 'numbers of GPUs, such as 0,1, or all'),
    );
  },
} as const satisfies Options;

/**
 * The numbers of the GPUs that a value of {@link gpusOption} means.
 * @throws HpoError HPO_INVALID_ARGUMENT where all are asked for and this process has none.
 */
export async function gpusOf(value: readonly number[] | 'all' | undefined): Promise<readonly number[] | undefined> {
  if (value !== 'all') return value;
  const gpus = await visibleGpus();
  if (gpus.length > 0) return gpus;
  const visible = process.env.CUDA_VISIBLE_DEVICES;
  const missing =
    visible === undefined ? 'nvidia-smi lists none' : `CUDA_VISIBLE_DEVICES is ${JSON.stringify(visible)}`;
  throw new HpoError('HPO_INVALID_ARGUMENT', `--gpus all: there are no GPUs, since ${missing}; leave --gpus out.`);
}

/** The environment variables that give workers the backend of the option. */
export function backendEnvironment(backend: string | undefined): Readonly<Record<string, string>> {
  return backend === undefined ? {} : { HPO_BACKEND: backend };
}
