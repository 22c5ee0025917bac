import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Argv, Options, PositionalOptions } from 'yargs';
import { commandsFor } from '../../src/cli/commands/index.ts';
import type { Command } from '../../src/cli/define-command.ts';
import { DOCS } from './folders.ts';

/** Writes `generated/commands.md`: every command with its arguments, options and examples, as yargs has them. */
export async function writeCommands(): Promise<void> {
  delete process.env.HPO_STORAGE; // the default of --storage
  const commands = await commandsFor(undefined);
  await mkdir(join(DOCS, 'generated'), { recursive: true });
  await writeFile(join(DOCS, 'generated/commands.md'), commands.map(section).join('\n'));
}

function section(command: Command): string {
  const { usage, positionals, options, examples } = declared(command);
  const [, description = usage] = /^\$0 [^\n]*\n\n(.*)$/s.exec(usage) ?? [];
  const parts = [
    `## hpo ${command.name}\n`,
    `\`hpo ${String(command.command)}\`\n`,
    `${sentences(description)}\n`,
    table('argument', positionals, (name) => `\`${name}\``),
    table('option', options, (name, { type, default: byDefault, alias }) => {
      const option = type === 'boolean' && byDefault === true ? `\`--no-${name}\`` : `\`--${name}\``;
      return [option, ...[alias ?? []].flat().map((short) => `\`-${short}\``)].join(', ');
    }),
    examplesOf(examples),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

interface Declared {
  usage: string;
  readonly positionals: Record<string, PositionalOptions>;
  readonly options: Record<string, Options>;
  readonly examples: [command: string, describe: string][];
}

/** What a command declares to yargs when its help is asked for. */
function declared(command: Command): Declared {
  const found: Declared = { usage: command.describe, positionals: {}, options: {}, examples: [] };
  const recorder = {
    usage: (text: string) => Object.assign(found, { usage: text }) && recorder,
    positional: (name: string, positional: PositionalOptions) =>
      Object.assign(found.positionals, { [name]: positional }) && recorder,
    options: (options: Record<string, Options>) => Object.assign(found.options, options) && recorder,
    example: (examples: [string, string][]) => found.examples.push(...examples) && recorder,
  };
  if (typeof command.builder !== 'function') throw new Error(`hpo ${command.name} has no builder`);
  command.builder(recorder as unknown as Argv);
  return found;
}

function table<T extends Options | PositionalOptions>(
  heading: string,
  rows: Readonly<Record<string, T>>,
  shown: (name: string, row: T) => string,
): string {
  const lines = Object.entries(rows).map(([name, row]) => {
    const { describe = '', choices } = row;
    const byDefault = defaultOf(row);
    const notes = [
      choices && `One of ${choices.map((choice) => `\`${String(choice)}\``).join(', ')}.`,
      byDefault !== undefined && `Default: \`${byDefault}\`.`,
    ];
    const text = [sentences(describe), ...notes.filter((note) => typeof note === 'string')].join(' ');
    return `| ${shown(name, row)} | ${text.replaceAll('|', '\\|').replaceAll('\n', ' ')} |`;
  });
  return lines.length === 0 ? '' : `| ${heading} | meaning |\n|---|---|\n${lines.join('\n')}\n`;
}

/** The default of an option, as text; undefined where its description says it, or where there is none. */
function defaultOf(option: Options | PositionalOptions): string | undefined {
  const { describe = '', default: value } = option;
  const described = 'defaultDescription' in option ? option.defaultDescription : undefined;
  if (describe.includes('default: ') || typeof value === 'boolean') return undefined;
  if (described === 'none' || (value === undefined && described === undefined)) return undefined;
  return described ?? String(value);
}

function examplesOf(examples: Declared['examples']): string {
  if (examples.length === 0) return '';
  const commands = examples.map(([command]) => command.replace(/^\$0/, 'hpo'));
  const width = Math.max(...commands.map(({ length }) => length));
  const lines = examples.map(([, describe], at) => `${(commands[at] ?? '').padEnd(width)}  # ${describe}`);
  return `\`\`\`sh\n${lines.join('\n')}\n\`\`\`\n`;
}

/** A text of the help as sentences of a page: what stands in angle brackets is no HTML, and options are code. */
function sentences(text: string): string {
  return text
    .split('\n\n')
    .map((paragraph) => paragraph.replace(/^[a-z]/, (letter) => letter.toUpperCase()).replace(/[^.:]$/, '$&.'))
    .join('\n\n')
    .replaceAll('<', '&lt;')
    .replaceAll(/(^|[\s(])(--[\w-]+(?: [\w.]+=[\w.]+)?)/g, '$1`$2`');
}
