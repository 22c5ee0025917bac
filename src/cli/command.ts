import type { Argv, CommandModule, InferredOptionTypes, Options, PositionalOptions } from 'yargs';

/** A command, its arguments typed by the declarations of its positionals and options. */
export interface CommandDefinition<P, O> {
  /** The name and its positional arguments: `run <study>`. */
  readonly usage: string;
  readonly describe: string;
  readonly positionals?: P;
  readonly options?: O;
  /** Command lines with what they do. */
  readonly examples?: readonly (readonly [command: string, describe: string])[];
  run(args: InferredOptionTypes<P & {}> & InferredOptionTypes<O & {}>): Promise<void>;
}

/** A command for yargs. */
export function command<
  const P extends Readonly<Record<string, PositionalOptions>>,
  const O extends Readonly<Record<string, Options>>,
>(definition: CommandDefinition<P, O>): CommandModule {
  return {
    command: definition.usage,
    describe: definition.describe,
    builder: (argv: Argv) => {
      for (const [name, positional] of Object.entries(definition.positionals ?? {})) argv.positional(name, positional);
      return argv.options(definition.options ?? {}).example(definition.examples?.map((line) => [...line]) ?? []);
    },
    // yargs has parsed them by these very declarations
    handler: (args) => definition.run(args as Parameters<typeof definition.run>[0]),
  };
}
