import type { Argv, CommandModule, InferredOptionTypes, Options, PositionalOptions } from 'yargs';
import { operand } from './operands.ts';

/** A command, its arguments typed by the declarations of its positionals and options. */
export interface CommandDefinition<P, O> {
  /** The name and its positional arguments: `run <study>`. */
  readonly usage: string;
  readonly describe: string;
  /** Lines below the description in the command's help. */
  readonly details?: string;
  readonly positionals?: P;
  readonly options?: O;
  /** Command lines, each with a description. */
  readonly examples?: readonly (readonly [command: string, describe: string])[];
  /** The kind of words that complete its first argument: names of stored studies, or files (default). */
  readonly completes?: 'studies' | 'files';
  run(args: InferredOptionTypes<P & {}> & InferredOptionTypes<O & {}>): Promise<void>;
}

/** A command for yargs, with the data that completion needs. */
export interface Command extends CommandModule {
  readonly name: string;
  readonly describe: string;
  readonly positionals: readonly PositionalOptions[];
  readonly options: Readonly<Record<string, Options>>;
  readonly completes: 'studies' | 'files';
}

/** Makes a command from its definition. */
export function defineCommand<
  const P extends Readonly<Record<string, PositionalOptions>>,
  const O extends Readonly<Record<string, Options>>,
>(definition: CommandDefinition<P, O>): Command {
  const { usage, describe, details, examples = [], completes = 'files' } = definition;
  const positionals: Readonly<Record<string, PositionalOptions>> = definition.positionals ?? {};
  const options: Readonly<Record<string, Options>> = definition.options ?? {};
  return {
    command: usage,
    describe,
    name: usage.split(' ')[0] ?? usage,
    positionals: Object.values(positionals),
    options,
    completes,
    builder: (argv: Argv) => {
      if (details !== undefined) argv.usage(`$0 ${usage}\n\n${describe}\n\n${details}`);
      for (const [name, positional] of Object.entries(positionals)) {
        argv.positional(name, { ...positional, coerce: operand });
      }
      return argv.options(options).example(examples.map((line) => [...line]));
    },
    // yargs has parsed them by these very declarations.
    handler: (args) => definition.run(args as Parameters<typeof definition.run>[0]),
  };
}
