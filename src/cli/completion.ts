import type { Options } from 'yargs';
import { defaultStorage } from '../storage/default-storage.ts';
import { withStorage } from '../storage/with-storage.ts';
import { visible } from '../text/foreign-text.ts';
import type { Command } from './define-command.ts';

/** A possible next word of a command line. */
export interface Candidate {
  readonly value: string;
  readonly describe: string;
}

/** The options of every command. */
const COMMON: readonly Candidate[] = [
  { value: '--help', describe: 'show help' },
  { value: '--version', describe: 'show the version' },
];

/**
 * The possible words in place of the last one of a command line: commands, options, choices, or the names of studies in
 * the database that the line names. Names with hidden characters are left out, since a shell would write them to the
 * terminal. In the place of a file there are none.
 *
 * @param words the command line without the program's name; the last one is begun, perhaps ''.
 */
export async function complete(commands: readonly Command[], words: readonly string[]): Promise<readonly Candidate[]> {
  const current = words.at(-1) ?? '';
  const all = await candidates(commands, words.slice(0, -1), current);
  return all.filter(({ value }) => value.startsWith(current) && visible(value) === value);
}

async function candidates(
  commands: readonly Command[],
  before: readonly string[],
  current: string,
): Promise<readonly Candidate[]> {
  const command = commands.find(({ name }) => name === before[0]);
  if (command === undefined) {
    if (before.length > 0) return [];
    const named = commands.map(({ name, describe }) => ({ value: name, describe }));
    return current.startsWith('-') ? COMMON : named;
  }
  const { values, open, isEnded } = readLine(command, before.slice(1));
  if (open !== undefined) return choicesOf(open);
  const [, name = '', start] = /^--([^=]+)(=)/.exec(current) ?? [];
  if (!isEnded && start !== undefined)
    return choicesOf(command.options[name]).map((each) => prefixed(`--${name}=`, each));
  if (!isEnded && current.startsWith('-')) return [...flagsOf(command, before), ...COMMON];
  const positional = command.positionals[values.positionals.length];
  if (positional?.choices !== undefined) return choicesOf(positional as Options);
  if (positional === undefined || command.completes === 'files') return [];
  const names = await studyNames(values.storage);
  return isEnded ? names : names.filter(({ value }) => !value.startsWith('-'));
}

/** The part of a command line before the word to complete. */
interface Line {
  readonly values: { readonly positionals: readonly string[]; readonly storage: string };
  /** The option whose value comes next; undefined where none does. */
  readonly open: Options | undefined;
  /** Whether `--` stands in it, behind which there are no options. */
  readonly isEnded: boolean;
}

function readLine(command: Command, words: readonly string[]): Line {
  const positionals: string[] = [];
  let storage = defaultStorage();
  let open: string | undefined;
  let isEnded = false;
  const take = (name: string, value: string) => {
    if (name === 'storage') storage = value;
  };
  for (const word of words) {
    const [, name, value] = /^--?([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (isEnded) positionals.push(word);
    else if (word === '--') isEnded = true;
    else if (open !== undefined) {
      take(open, word);
      open = undefined;
    } else if (name === undefined) positionals.push(word);
    else if (value !== undefined) take(name, value);
    else if (takesValue(optionOf(command, name))) open = name;
  }
  const option = open === undefined || isEnded ? undefined : optionOf(command, open);
  return { values: { positionals, storage }, open: option, isEnded };
}

function optionOf(command: Command, name: string): Options | undefined {
  return command.options[name] ?? Object.values(command.options).find(({ alias }) => alias === name);
}

function takesValue(option: Options | undefined): boolean {
  return option !== undefined && option.type !== 'boolean';
}

function choicesOf(option: Options | undefined): readonly Candidate[] {
  return (option?.choices ?? []).map((choice) => ({ value: String(choice), describe: '' }));
}

function prefixed(prefix: string, { value, describe }: Candidate): Candidate {
  return { value: prefix + value, describe };
}

function flagsOf(command: Command, before: readonly string[]): readonly Candidate[] {
  return Object.entries(command.options)
    .map(([name, { type, default: byDefault, describe = '' }]) => ({
      value: type === 'boolean' && byDefault === true ? `--no-${name}` : `--${name}`,
      describe,
    }))
    .filter(({ value }) => value === '--set' || value === '--value' || !before.includes(value));
}

/** The names of the studies in a database; none where it cannot be read, since completion never complains. */
async function studyNames(url: string): Promise<readonly Candidate[]> {
  try {
    const studies = await withStorage(url, { create: false }, (storage) => storage.listStudies());
    return studies.map(({ name }) => ({ value: name, describe: 'a study' }));
  } catch {
    return [];
  }
}
